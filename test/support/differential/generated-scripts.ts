import type { Random } from "./random.ts";

/** A word of a shell script: any bytes but NUL. */
const word = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const times = <Item>(count: number, make: () => Item): readonly Item[] => Array.from({ length: count }, make);

const write = (path: string, content: string): string => `printf %s ${word(content)} > ${path}\n`;

/** Lines that decide whether a buildpack takes part, and what it writes as its plan. */
export function detectScript(from: Random): string {
  const exit = from.accident(0.1) ? from.pick([100, 1, 20, 2, 255]) : 0;
  return `${planScript(from)}exit ${exit}\n`;
}

function planScript(from: Random): string {
  if (from.accident(0.2)) return from.pick(planAccidents)();
  return from.chance(0.5) ? write('"$plan"', planToml(from)) : "";
}

const planAccidents: readonly (() => string)[] = [
  () => 'rm "$plan"\n',
  () => 'rm "$plan"; mkdir "$plan"\n',
  () => 'rm "$plan"; ln -s /nowhere "$plan"\n',
  () => 'rm "$plan"; ln -s /etc/passwd "$plan"\n',
  () => 'rm "$plan"; ln -s "$plan" "$plan"\n',
  () => 'chmod 0 "$plan"\n',
  () => write('"$plan"', "[["),
  () => write('"$plan"', "provides = 1"),
  () => write('"$plan"', '[[provides]]\nname = ""\n'),
  () => write('"$plan"', '[[provides]]\nnam = "x"\n'),
  () => write('"$plan"', '[[provides]]\nname = "x"\nname = "y"\n'),
  () => write('"$plan"', '[[provides]]\nname = "caf\udce9"\n'),
  () => write('"$plan"', '\uFEFF[[provides]]\nname = "x"\n'),
  () => write('"$plan"', '[[provides]]\r\nname = "x"\r\n[[requires]]\r\nname = "x"\r\n'),
  () => write('"$plan"', '[[requires]]\nname = "x"\nmetadata = 1\n'),
  () =>
    `yes '[[requires]]\nname = "x"\n[requires.metadata]\nv = 1' | head -n 20000 > "$plan"; printf '\\n[[provides]]\\nname = "x"\\n' >> "$plan"\n`,
];

function planToml(from: Random): string {
  const dependency = () => from.pick(["x", "y", "z", "ü", "a.b"]);
  const provides = times(
    from.accident(0.3) ? from.int(3) : 0,
    () => `[[provides]]\nname = ${JSON.stringify(dependency())}\n`,
  );
  // what nobody provides ends detection
  const requires = times(from.accident(0.3) ? from.int(3) : 0, () => {
    const metadata = from.chance(0.5) ? `[requires.metadata]\n${metadataToml(from)}` : "";
    return `[[requires]]\nname = ${JSON.stringify(dependency())}\n${metadata}`;
  });
  const both = times(from.int(3), () => {
    const name = JSON.stringify(dependency());
    return `[[provides]]\nname = ${name}\n[[requires]]\nname = ${name}\n[requires.metadata]\n${metadataToml(from)}`;
  });
  const or = times(from.chance(0.3) ? 1 + from.int(2) : 0, () => {
    const provided = from.chance(0.8) ? `[[or.provides]]\nname = ${JSON.stringify(dependency())}\n` : "";
    const name = JSON.stringify(dependency());
    return `[[or]]\n${provided}[[or.provides]]\nname = ${name}\n[[or.requires]]\nname = ${name}\n[or.requires.metadata]\n${metadataToml(from)}`;
  });
  return [...provides, ...requires, ...both, ...or].join("");
}

const metadataValues = [
  '"text"',
  "1",
  "-7",
  "0x1F",
  "1_000",
  "1.5",
  "1e100",
  "-0.0",
  "true",
  "false",
  "9007199254740993",
  "9223372036854775807",
  "[]",
  "[1, 2]",
  '["a", "b"]',
  "{}",
  "{ a = 1, b = { c = 2 } }",
  "[{ a = 1 }, { b = 2 }]",
  '"\\u00e9"',
  "'''\nraw'''",
  "1979-05-27T07:32:00Z",
  "1979-05-27T07:32:00.999999999Z",
  "2024-01-01T00:00:00.123456789+05:30",
  "2024-01-01T00:00:00.1",
  "2024-01-01T00:00:00.000000001Z",
  "2024-01-01T00:00:00.100Z",
  "1969-12-31T23:59:59.5Z",
  "2024-01-01T00:00:00.123456",
  "2024-01-01",
  "07:32:00",
  "07:32:00.000001",
  "0001-01-01T00:00:00Z",
  "9999-12-31T23:59:59.999999999Z",
  '"<&>\\u2028"',
  "1.0",
  "100.0",
  "0.1",
  "1e-7",
  "123456789.125",
  "1e21",
  '"\\u0000"',
  '""',
  "2024-02-29 12:00:00Z",
  "3e0",
];

const metadataToml = (from: Random): string =>
  times(1 + from.int(3), () => 0)
    .map((_, index) => `k${index} = ${from.pick(metadataValues)}\n`)
    .join("");

/** Lines that make layers, files and everything else that a buildpack can leave behind. */
export function buildScript(from: Random): string {
  const layers = times(from.int(4), () => layerLines(from));
  const others = times(from.int(3), () =>
    from.pick([launchLines, storeLines, buildTomlLines, appLines, sbomLines])(from),
  );
  const exit = from.accident(0.05) ? `exit ${from.pick([1, 2, 100, 127, 255])}\n` : "";
  return [...layers, ...others, ...(from.accident(0.2) ? [guarded(replacedLines(from))] : [])].join("") + exit;
}

/** Something else in the place of a file or a directory that the lifecycle reads. */
function replacedLines(from: Random): string {
  const layer = from.pick(layerNames);
  const path = word(
    from.pick([
      `./${layer}`,
      `./${layer}.toml`,
      "launch.toml",
      "build.toml",
      "store.toml",
      `./${layer}/env`,
      `./${layer}/bin`,
    ]),
  );
  const make = from.pick([
    `mkdir ${path}`,
    `: > ${path}`,
    `ln -s /nowhere ${path}`,
    `ln -s "$PWD/"${path} ${path}`,
    `ln -s /etc ${path}`,
    `ln -s /etc/passwd ${path}`,
    `ln -s /etc/passwd/x ${path}`,
    `ln -s /dev/null ${path}`,
    `: > ${path}; chmod 0 ${path}`,
  ]);
  return `rm -rf ${path}; ${make}\n`;
}

const layerNames = [
  "a",
  "b",
  "ab",
  "A",
  "caf\u00e9",
  "with space",
  "with-dash",
  "with.dot",
  "x".repeat(60),
  "-",
  "build2",
];

function layerLines(from: Random): string {
  const name = from.pick(layerNames);
  const dir = `./${name}`;
  const lines: string[] = [];
  if (from.chance(0.93)) lines.push(`mkdir -p ${word(dir)}\n`);
  if (from.chance(0.95)) lines.push(layerToml(from, name));
  for (let left = from.int(5); left > 0; left--) lines.push(guarded(fileLines(from, dir)));
  for (let left = from.chance(0.4) ? 1 + from.int(4) : 0; left > 0; left--) lines.push(guarded(envLines(from, dir)));
  return lines.join("");
}

/** Actions that are impossible because something else exists are omitted, in the same way for both. */
const guarded = (line: string): string => `{ ${line.trimEnd()}\n} 2>/dev/null || :\n`;

function layerToml(from: Random, name: string): string {
  const types = ["launch", "build", "cache"].map((type) => (from.chance(0.55) ? `${type} = true\n` : "")).join("");
  const metadata = from.chance(0.5) ? `[metadata]\n${metadataToml(from)}` : "";
  const toml = from.accident(0.1) ? from.pick(malformedTomls) : `[types]\n${types}${metadata}`;
  return write(word(`./${name}.toml`), toml);
}

const malformedTomls = [
  "[",
  "types = 1\n",
  "[types]\nlaunch = 1\n",
  '[types]\nlaunch = "true"\n',
  "launch = true\n",
  "[types]\nlaunch = true\nlaunch = false\n",
  "\udce9",
  "[types]\r\nlaunch = true\r\n",
  "\uFEFF[types]\nlaunch = true\n",
  "[[types]]\nlaunch = true\n",
  "[types]\nLAUNCH = true\n",
  "[metadata]\na = 1\na = 2\n",
  "metadata = 3\n",
  "[metadata]\na = inf\n",
  "[metadata]\na = nan\n",
  "a = 99999999999999999999\n",
  "",
  "\n\n# nothing",
  "[metadata]\na = { b = 1,\n c = 2 }\n",
  '[metadata]\n"" = 1\n',
  "[metadata]\na.b.c = 1\n",
  "[types]\nunknown = true\n",
  "[metadata]\na = 08:00\n",
];

function fileLines(from: Random, dir: string): string {
  const path = `${dir}/${from.path()}`;
  const above = `mkdir -p ${word(path.slice(0, path.lastIndexOf("/")))}`;
  const [file, special] = [word(path), word(`${dir}/special/${from.name()}`)];
  const make = from.pick([
    `printf content > ${file}`,
    `printf content > ${file}`,
    `printf '#!/bin/sh\\necho run\\n' > ${file}; chmod 755 ${file}`,
    `: > ${file}`,
    `mkdir ${file}`,
    `ln -s ${word(from.target())} ${file}`,
    `ln -s ${word(path.slice(path.lastIndexOf("/") + 1))} ${file}`,
    `printf linked > ${file}; ln ${file} ${word(`${dir}/${from.name()}`)}`,
    `printf across > ../across 2>/dev/null; ln "$seen/app" ${file}`,
    // a pipe among the files of env would keep the lifecycle waiting
    `mkdir -p ${word(`${dir}/special`)}; mkfifo ${special}`,
    `mkdir -p ${word(`${dir}/special`)}; mknod ${special} c 0 0`,
    `head -c ${from.pick([511, 512, 513, 70000])} /dev/zero > ${file}`,
  ]);
  const mode = from.chance(0.3) ? `; chmod ${from.pick(from.accident(0.3) ? unreadable : modes)} ${file}` : "";
  const time = from.chance(0.3) ? `; touch -h -d '${from.pick(mtimes)}' ${file}` : "";
  return `${above}; rm -rf ${file}; ${make}${mode}${time}\n`;
}

const modes = ["0400", "0444", "0600", "0755", "0777", "4755", "2755", "1777", "6777", "7777", "0500", "0700"];
const unreadable = ["0000", "0111", "0200", "0044"];
const mtimes = [
  "1970-01-01 00:00:00",
  "1969-12-31 23:59:59",
  "1901-12-13 20:45:52",
  "1980-01-01 00:00:00",
  "2038-01-19 03:14:07",
  "2038-01-19 03:14:08",
  "2106-02-07 06:28:16",
  "2242-03-16 12:56:32",
  "2023-11-14 22:13:20",
];

const envDirs = [
  "env",
  "env.build",
  "env.launch",
  "env.launch/web",
  "env.other",
  "exec.d",
  "exec.d/web",
  "profile.d",
  "bin",
  "lib",
  "include",
  "pkgconfig",
];
const suffixes = [
  "",
  ".append",
  ".prepend",
  ".override",
  ".default",
  ".delim",
  ".unknown",
  ".append.append",
  ".",
  ".APPEND",
];

function envLines(from: Random, dir: string): string {
  const folder = `${dir}/${from.pick(envDirs)}`;
  const name =
    from.pick(["FOO", "PATH", "BAR", "LD_LIBRARY_PATH", "foo", "a b", "ü", "1", "MY-VAR", "CPATH"]) +
    from.pick(suffixes);
  const file = word(`${folder}/${name}`);
  const make = from.pick([
    `printf %s ${word(from.value())} > ${file}`,
    `printf %s ${word(from.value())} > ${file}`,
    `mkdir ${file}`,
    `ln -s ${word(from.accident(0.5) ? from.target().replace("/proc/self/exe", "/dev/null") : "/etc/passwd")} ${file}`,
    `printf x > ${file}; chmod 755 ${file}`,
  ]);
  return `mkdir -p ${word(folder)}; ${make}\n`;
}

function launchLines(from: Random): string {
  if (from.accident(0.3)) return write("launch.toml", from.pick(malformedLaunch));
  const processes = times(from.int(3), () => processToml(from));
  const labels = times(
    from.int(2),
    () =>
      `[[labels]]\nkey = ${JSON.stringify(from.pick(["a", "io.x", "ü", "a b"]))}\nvalue = ${JSON.stringify(from.value().toWellFormed())}\n`,
  );
  const slices = times(from.chance(0.4) ? 1 + from.int(3) : 0, () => {
    const paths = times(1 + from.int(2), () => JSON.stringify(from.pick(globs)));
    return `[[slices]]\npaths = [${paths.join(", ")}]\n`;
  });
  return write("launch.toml", [...processes, ...labels, ...slices].join(""));
}

const globs = [
  "*",
  "a",
  "a/*",
  "*/*",
  "b/**",
  "?",
  "??",
  "[a-z]",
  "[^a]",
  "[a-",
  "\\*",
  "caf?",
  "caf[\\uFFFD]",
  "*.txt",
  "/a",
  "./a",
  "a/",
  "../x",
  "",
  ".",
  "[\\u0000-\\uFFFF]",
  "é",
  "e\\u0301",
  "*é*",
  "日*",
  "[]a]",
  "[z-a]",
  ".generated/*",
  "a\\",
  "bin/../a",
  "n*n",
  "**",
].map((glob) =>
  glob
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll("\0", "\x01"),
);

function processToml(from: Random): string {
  const type = from.pick(["web", "worker", "a", "b.c", "d_e", "f-g"]);
  const command = from.pick(['["echo"]', '["/bin/sh", "-c"]', '["env"]', '["echo", "a b"]', '["/nowhere"]', '[""]']);
  const args = from.chance(0.5)
    ? `args = ${JSON.stringify(times(from.int(3), () => from.value().toWellFormed().slice(0, 50)))}\n`
    : "";
  const isDefault = from.chance(0.3) ? "default = true\n" : "";
  const dir = from.chance(0.2)
    ? `working-dir = ${JSON.stringify(from.pick(["/", "/tmp", "a", "", "/nowhere"]))}\n`
    : "";
  const execEnv = from.chance(0.2)
    ? `exec-env = ${from.pick(["[]", '["*"]', '["test"]', '["production", "test"]'])}\n`
    : "";
  return `[[processes]]\ntype = ${JSON.stringify(type)}\ncommand = ${command}\n${args}${isDefault}${dir}${execEnv}`;
}

const malformedLaunch = [
  "[",
  "processes = 1\n",
  "[[processes]]\ntype = 1\n",
  '[[labels]]\nkey = "a"\n',
  "[[slices]]\npaths = 1\n",
  "[[slices]]\n",
  "[labels]\na = 1\n",
  "\udce9",
  "\uFEFF",
  "unknown = 1\n",
  '[[slices]]\npaths = ["[a-"]\n',
  '[[labels]]\nkey = ""\nvalue = ""\n',
];

function storeLines(from: Random): string {
  const toml = from.accident(0.4)
    ? from.pick([...malformedTomls, "metadata = []\n", "other = 1\n"])
    : `[metadata]\n${metadataToml(from)}`;
  return write("store.toml", toml);
}

function buildTomlLines(from: Random): string {
  const bad = [
    "[",
    "unmet = 1\n",
    '[[unmet]]\nname = ""\n',
    "[[unmet]]\n",
    '[[unmet]]\nname = "nobody"\n',
    "\udce9",
    "unknown = 1\n",
  ];
  return write(
    "build.toml",
    from.accident(0.6) ? from.pick(bad) : `[[unmet]]\nname = "${from.pick(["x", "y", "z"])}"\n`,
  );
}

function sbomLines(from: Random): string {
  const location = from.pick(["launch", "build", ...layerNames]);
  const format = from.accident(0.3) ? from.pick(["syft", "other", "cdx", "spdx"]) : "$format";
  const mode = from.chance(0.3)
    ? `chmod ${from.pick(["0600", "0755", "0444"])} "./${location}.sbom.${format}.json"\n`
    : "";
  // each buildpack has a format that it declares
  const declared = 'case "$layers" in *three) format=syft;; *) format=cdx;; esac\n';
  const content = from.pick(["{}", '{"a": 1}', "", "no json", "\udce9"]);
  return `${declared}rm -f "./${location}.sbom.${format}.json"\n${write(`"./${location}.sbom.${format}.json"`, content)}${mode}`;
}

function appLines(from: Random): string {
  const file = word(`/workspace/${from.path()}`);
  return guarded(
    from.pick([
      `rm -f ${file}; printf made > ${file}`,
      `rm -rf ${file}`,
      `mkdir -p ${file}`,
      `mkfifo ${file}`,
      `mknod ${file} c 0 0`,
      `ln -s ${word(from.target())} ${file}`,
      `rm -f ${file}; printf made > ${file}; chmod ${from.pick(from.accident(0.5) ? unreadable : modes)} ${file}`,
      `rm -f ${file}; printf made > ${file}; touch -d '${from.pick(mtimes)}' ${file}`,
      `ln /workspace/.generated/one/build ${file}`,
    ]),
  );
}
