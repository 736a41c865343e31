import { type Combination, layer, type Script, script } from "./combination.ts";

const one = (build: string, more: Script = {}) => script("test/one", { ...more, build });
const other = script("test/two", {});

/** A layer for launch with what these lines make in it. */
const launch = (lines: string): string => `${layer("a", "launch")}cd a\n${lines}\n`;

const odd = [
  "caf\udce9",
  "\udcff",
  "\uFFFD",
  "a\uFFFD\udce9",
  "e\u0301",
  "\n",
  " ",
  "n".repeat(101),
  `${"é".repeat(60)}\udce9`,
];

const names: readonly Combination[] = [
  {
    name: "file names of arbitrary bytes in the app, with links, slices and a rebuild",
    app: {
      ...Object.fromEntries(odd.map((name) => [`${name}/${name}`, name])),
      ...Object.fromEntries(odd.map((name, index) => [`link-${index}`, `-> ${name}/${name}`])),
    },
    buildpacks: [
      one(`printf '[[slices]]\\npaths = ["caf?"]\\n[[slices]]\\npaths = ["*/a\uFFFD?", "[\uFFFD]"]\\n' > launch.toml`),
    ],
  },
  {
    name: "file names of arbitrary bytes in restored layers of each type",
    buildpacks: [
      one(
        ["launch", "cache launch", "build cache"]
          .map((types, index) => {
            const files = odd.map(
              (name) => `mkdir -p 'dir${name}'; echo ${index} > 'dir${name}/${name}'; ln -sf '${name}' 'to${name}'`,
            );
            return `${layer(`layer-${index}`, types)}(cd layer-${index}\n${files.join("\n")})\n`;
          })
          .join(""),
      ),
      other,
    ],
  },
];

const kinds: readonly Combination[] = [
  { name: "a named pipe in a layer", buildpacks: [one(launch("mkfifo p; mkfifo -m 600 q"))] },
  { name: "a device in a layer", buildpacks: [one(launch("mknod w c 0 0"))] },
  { name: "a pipe and a device in the app", buildpacks: [one("cd /workspace; mkfifo p; mknod w c 0 0")] },
  ...["0000", "0100", "0377"].map((mode) => ({
    name: `a file of mode ${mode} in a layer`,
    buildpacks: [one(launch(`echo > f; chmod ${mode} f`))],
  })),
  { name: "a layer directory that its owner cannot list", buildpacks: [one(launch("mkdir d; chmod 0300 d"))] },
  {
    name: "a layer directory that its owner cannot enter",
    buildpacks: [one(launch("mkdir d; echo > d/f; chmod 0600 d"))],
  },
  { name: "an empty layer directory that its owner cannot enter", buildpacks: [one(launch("mkdir d; chmod 0600 d"))] },
  { name: "a file of mode 0000 in the app", buildpacks: [one("cd /workspace; echo > f; chmod 0 f")] },
  { name: "a layer.toml of mode 0000", buildpacks: [one(`${layer("a", "launch")}chmod 0 a.toml`)] },
  {
    name: "a named pipe in a cached layer",
    buildpacks: [one(`${layer("a", "cache launch")}cd a; test -p p || mkfifo p`)],
    differs: "the lifecycle cannot restore what it cached",
  },
];

const plans: readonly Combination[] = (
  [
    ["removed", 'rm "$plan"'],
    ["replaced by a directory", 'rm "$plan"; mkdir "$plan"'],
    ["replaced by a link to nothing", 'rm "$plan"; ln -s /nowhere "$plan"'],
    ["replaced by a link to itself", 'rm "$plan"; ln -s "$plan" "$plan"'],
    ["replaced by a link to a plan", `echo > /tmp/empty; rm "$plan"; ln -s /tmp/empty "$plan"`],
    ["made unreadable", 'chmod 0 "$plan"'],
  ] as const
).map(([how, detect]) => ({ name: `a build plan file that detect has ${how}`, buildpacks: [one("", { detect })] }));

const environments: readonly Combination[] = (
  [
    ["a file in place of the directory", "echo > a/env"],
    ["a link to nothing in place of the directory", "ln -s /nowhere a/env"],
    ["a link to a directory in place of the directory", "mkdir a/x; echo 1 > a/x/FOO; ln -s x a/env"],
    ["a link to nothing in it", "mkdir a/env; ln -s /nowhere a/env/FOO"],
    ["a link to a directory in it", "mkdir a/env; ln -s / a/env/FOO"],
    ["a file of mode 0000 in it", "mkdir a/env; echo 1 > a/env/FOO; chmod 0 a/env/FOO"],
    ["a directory of mode 0000", "mkdir a/env; echo 1 > a/env/FOO; chmod 0 a/env"],
  ] as const
).map(([how, lines]) => ({
  name: `the env directory of a layer: ${how}`,
  buildpacks: [one(`${layer("a", "build")}${lines}`), other],
}));

const bytes: readonly Combination[] = [
  {
    name: "environment variables whose values are not UTF-8",
    buildpacks: [
      one(`${layer("a", "build launch")}mkdir a/env a/env.build a/env.launch
printf 'caf\\351' > a/env/FOO; printf '\\377' > a/env/FOO.delim; printf '\\303\\351' > a/env.build/FOO.append
printf '\\357\\277\\275' > a/env.build/REPLACED; printf '\\200' > a/env.build/PATH.prepend; printf '\\200' > a/env.launch/FOO
printf 'a\\351' > 'a/env.build/N\udce9'`),
      other,
    ],
  },
];

/** The entries that prevent the next buildpack, and any later one, from starting. */
const impossible: readonly Combination[] = (
  [
    ["a NUL character", "printf 'a\\000b' > a/env/FOO"],
    ["more than 128 KiB", "head -c 131072 /dev/zero | tr '\\000' x > a/env/FOO"],
  ] as const
).flatMap(([what, lines]) =>
  [[], [other]].map((others) => ({
    name: `a layer's environment variable with ${what}, ${others.length === 0 ? "without" : "with"} a later buildpack`,
    buildpacks: [one(`${layer("a", "build")}mkdir a/env\n${lines}`), ...others],
    steps: [{}],
  })),
);

const times: readonly Combination[] = [
  {
    name: "times with microseconds in layers, store.toml and plans",
    buildpacks: [
      one(
        `${layer("a", "cache launch", { metadata: "t = 2024-01-01T00:00:00.123456789+05:30\nu = [07:00:00.000001]" })}
printf '[metadata]\\nt = 1999-12-31T23:59:59.99999Z\\n' > store.toml`,
        {
          detect: `printf '[[provides]]\\nname = "x"\\n[[requires]]\\nname = "x"\\nmetadata = { t = 2024-01-01T00:00:00.000000001Z }\\n' > "$plan"`,
        },
      ),
    ],
  },
  {
    name: "files with times before 1970 and after 2242",
    buildpacks: [
      one(launch("echo > old; touch -d '1969-12-31 12:00:00' old; echo > new; touch -d '2300-01-01 00:00:00' new")),
    ],
  },
];

/** Rows of 0006 that no other case shows. */
const onPurpose: readonly Combination[] = [
  {
    name: "setuid and setgid bits of a cached layer",
    buildpacks: [
      one(`stat -c %a a/f > seen/mode || :\n${layer("a", "cache")}cd a; test -f f || { echo > f; chmod 7755 f; }`),
    ],
    differs: "the lifecycle restores files without these bits",
  },
  {
    name: "a detect that changes the app",
    buildpacks: [one("", { detect: "echo > made || exit 100" })],
    differs: "the app is read-only in detect",
  },
  {
    name: "a process with an empty command",
    buildpacks: [one(`printf '[[processes]]\\ntype = "web"\\ncommand = []\\n' > launch.toml`)],
    differs: "the lifecycle writes the process into the image",
  },
  {
    name: "TOML 1.1 syntax",
    buildpacks: [one(layer("a", "launch", { metadata: "t = 08:00" }))],
    differs: "lifecycle 0.21.0 supports only TOML 1.0",
  },
];

/** The kinds of entries that buildpacks and apps can leave on a disk, in addition to ordinary files. */
export const fileCases: readonly Combination[] = [
  ...names,
  ...kinds,
  ...plans,
  ...environments,
  ...bytes,
  ...impossible,
  ...times,
  ...onPurpose,
];
