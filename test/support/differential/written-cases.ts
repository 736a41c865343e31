import { type Combination, layer, text } from "./combination.ts";
import { scripted } from "./generated.ts";

const plan = (toml: string): string => text("$plan", `[[provides]]\nname = "x"\n[[requires]]\nname = "x"\n${toml}`);
const launchToml = (toml: string): string => text("launch.toml", toml);
const process = (toml: string): string => launchToml(`[[processes]]\ntype = "web"\n${toml}`);
const command = `command = ["a"]\n`;

const valuesOfTables = [
  "1",
  '"text"',
  "true",
  "[]",
  "[1]",
  "[{ a = 1 }]",
  "{}",
  "{ a = [{}] }",
  "1979-05-27",
  "07:32:00",
  "1.5",
];

/** TOML that is well-formed and of another shape than the specification's, by the file that has it. */
const tomls: Readonly<Record<string, readonly string[]>> = {
  plan: [
    ...valuesOfTables.map((value) => plan(`metadata = ${value}\n`)),
    ...["[[requires.metadata]]\na = 1", 'version = ""', 'version = "1"', "version = 1", "or = 1"].map(plan),
    ...["[or]\na = 1", "[[or]]", '[[or.requires]]\nname = "x"', "[[or]]\nrequires = 1", "[[Or]]\n[[or.Requires]]"].map(
      plan,
    ),
    ...["provides = []", "provides = [1]", "provides = [[]]", "[provides]", "[[provides]]\nname = 1"].map((toml) =>
      text("$plan", toml),
    ),
    text("$plan", '[[PROVIDES]]\nName = "x"\n[[Requires]]\nNAME = "x"\n'),
  ],
  "a layer.toml": [
    "[[types]]\nlaunch = true",
    "types = []",
    "types = 1979-05-27",
    "types = {}",
    "[Types]\nlaunch = true",
    "[types]\nLAUNCH = true",
    "[TYPES]\nBuild = false\nlaunch = true",
    "[types]\nlaunch = []",
    "LAUNCH = true",
    "launch = {}",
    "Types = 1",
    "[types.launch]\na = 1",
    "[Metadata]\na = 1\n[types]\nlaunch = true",
    "[types]\nlaunch = true\n[[metadata]]\na = 1",
    ...valuesOfTables.map((value) => `metadata = ${value}\n[types]\nlaunch = true\ncache = true`),
  ].map((toml) => `mkdir -p a; ${text("a.toml", toml)}`),
  "launch.toml": [
    ...["[processes]", "processes = [1]", "processes = [[]]", "processes = {}", "processes = []"].map(launchToml),
    ...['[[Processes]]\nType = "web"\nCommand = ["a"]', "[[processes]]\ntype = 1"].map(launchToml),
    ...['command = "a"', 'command = ["a", 1]', "command = 1", "command = [[]]", "command = {}"].map(process),
    ...[
      'args = "a"',
      "args = [1]",
      "args = []",
      'args = [["a"]]',
      "default = 1",
      'default = "true"',
      "DEFAULT = true",
    ].map((toml) => process(command + toml)),
    ...[
      "working-dir = 1",
      'Working-Dir = "/tmp"',
      'working-dir = ""',
      "direct = true",
      "direct = false",
      "direct = 1",
    ].map((toml) => process(command + toml)),
    ...['exec-env = "a"', "exec-env = []", 'exec-env = ["a", 1]', 'exec-env = ["production"]', "unknown = 1"].map(
      (toml) => process(command + toml),
    ),
    ...["labels = {}", "[[labels]]\nkey = 1", '[[labels]]\nvalue = "a"', '[[labels]]\nKEY = "a"\nVALUE = "b"'].map(
      launchToml,
    ),
    ...['[[labels]]\nkey = "a"\nvalue = "1"\n[[labels]]\nkey = "a"\nvalue = "2"'].map(launchToml),
    ...["[[slices]]\npaths = 1", "[[slices]]\npaths = [1]", '[[slices]]\nPATHS = ["a*"]', "slices = 1", "[slices]"].map(
      launchToml,
    ),
    ...[
      "[bom]",
      '[[bom]]\nname = "a"',
      '[[bom]]\nname = "a"\nversion = "1"',
      "[[bom]]\nname = 1",
      "[[bom]]\nmetadata = 1",
    ].map(launchToml),
  ],
  "build.toml": [
    "[unmet]",
    "unmet = []",
    "unmet = [1]",
    "[[unmet]]\nname = 1",
    '[[UNMET]]\nName = "x"',
    "bom = 1",
    "[bom]",
    '[[bom]]\nname = "a"\nversion = "1"',
    "[[bom]]\nversion = 1",
    '[[bom]]\nname = "a"\n[bom.metadata]\na = 1',
    '[[unmet]]\nname = "x"\n[[unmet]]\nname = "x"',
  ].map((toml) => text("build.toml", toml)),
  "store.toml": [
    ...valuesOfTables.map((value) => `metadata = ${value}`),
    "[[metadata]]\na = 1",
    "[Metadata]\na = 1",
    "other = 1",
    "",
  ].map((toml) => text("store.toml", toml)),
};

/** The TOML that a script writes, in one line. */
const tomlIn = (lines: string): string => JSON.stringify(/<<'TEXT'\n(.*)\nTEXT\n$/s.exec(lines)?.[1]);

const shapes: readonly Combination[] = Object.entries(tomls).flatMap(([file, scripts]) =>
  scripts.map((lines) =>
    file === "plan"
      ? scripted(`a build plan of another shape: ${tomlIn(lines)}`, [{ detect: lines }, {}], { steps: [{}] })
      : scripted(`${file} of another shape: ${tomlIn(lines)}`, [{ build: lines, detect: plan("") }, {}]),
  ),
);

/** Commands that replace a file or a directory by something else. */
const kinds: Readonly<Record<string, (path: string) => string>> = {
  "a directory": (path) => `mkdir ${path}`,
  "a link to nothing": (path) => `ln -s /nowhere ${path}`,
  "a link to itself": (path) => `ln -s ${"$"}{PWD}/${path} ${path}`,
  "a link to a directory": (path) => `mkdir /tmp/target; ln -s /tmp/target ${path}`,
  "a link to a file": (path) => `echo > /tmp/target; ln -s /tmp/target ${path}`,
  "a link through a file": (path) => `echo > /tmp/target; ln -s /tmp/target/x ${path}`,
  "a link into a directory of mode 0000": (path) =>
    `mkdir /tmp/closed; echo > /tmp/closed/x; chmod 0 /tmp/closed; ln -s /tmp/closed/x ${path}`,
  "an empty file": (path) => `: > ${path}`,
  "a file of mode 0000": (path) => `: > ${path}; chmod 0 ${path}`,
  "a file of mode 0600": (path) => `: > ${path}; chmod 600 ${path}`,
  "a link to /dev/null": (path) => `ln -s /dev/null ${path}`,
  "a directory of mode 0000": (path) => `mkdir ${path}; chmod 0 ${path}`,
};

const built = layer("a", "launch build cache");
const launched = layer("a", "launch");

/** What is there before the last part of the path is replaced. */
const locations: Readonly<Record<string, string>> = {
  "launch.toml": "",
  "build.toml": "",
  "store.toml": "",
  "a.toml": "mkdir -p a\n",
  "b.toml": "",
  a: `${built}rm -r a\n`,
  c: `${text("c.toml", "[types]\nlaunch = true")}`,
  "a.sha": built,
  "a.sbom.cdx.json": built,
  "launch.sbom.cdx.json": "",
  "a/env": built,
  "a/env/FOO": `${built}mkdir a/env\n`,
  "a/env/FOO.delim": `${built}mkdir a/env; printf x > a/env/FOO.append\n`,
  "a/env.build": built,
  "a/env.launch": launched,
  "a/env.launch/web": `${launched}mkdir a/env.launch\n`,
  "a/exec.d": launched,
  "a/profile.d": launched,
  "a/bin": built,
  "a/lib": built,
};

const replaced: readonly Combination[] = Object.entries(locations).flatMap(([path, before]) =>
  Object.entries(kinds).map(([kind, make]) =>
    scripted(`${kind} in place of ${path}`, [{ build: `rm -rf ${path}\n${before}${make(path)}` }, {}], {
      steps: [{}],
      ...(path.includes(".sbom.") && /link|directory/.test(kind) && { differs: "an SBOM is a file" }),
    }),
  ),
);

/** Rows of 0006 about processes: `type` and `command`. */
const invalidProcesses = [
  ["type", '[[processes]]\ncommand = ["a"]'],
  ["command", '[[processes]]\ntype = "web"'],
].map(([key = "", toml = ""]) => ({
  ...scripted(`a process without a ${key}`, [{ build: launchToml(toml) }]),
  differs: "the error names the buildpack",
}));

/** Output that buildpacks can write in another form than the specification's. */
export const writtenCases: readonly Combination[] = [...shapes, ...replaced, ...invalidProcesses];
