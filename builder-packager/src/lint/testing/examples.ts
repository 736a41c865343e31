import type { RuleCode } from "../catalogue.ts";

/** The files of a project, by path. */
export type Files = Readonly<Record<string, string>>;

/** One side of an example: the file that the documentation shows, its interesting part, and the project. */
export interface Example {
  readonly file: string;
  readonly shown: string;
  readonly files: Files;
}

/** An example that a rule reports, and the same without the mistake. */
export interface RuleExample {
  readonly bad: Example;
  readonly good: Example;
  /** True if `--fix` converts the first into the second. */
  readonly isFixed?: true;
}

const header = `api = "0.10"

[buildpack]
id = "acme/hello"
version = "1.0.0"
`;
const license = `
[[buildpack.licenses]]
type = "MIT"
`;
const targets = `
[[targets]]
os = "linux"
arch = "amd64"

[[targets]]
os = "linux"
arch = "arm64"
`;

/** A program without a definition, because the rules do not run it. */
const program = `import { defineBuildpack, pass } from "libcnb";

export default defineBuildpack({
  detect: () => pass(),
  build() {},
});
`;

/** A project without findings. */
export const cleanProject: Files = {
  "buildpack.toml": `${header}${license}${targets}`,
  "package.json": `{ "name": "hello", "type": "module", "license": "MIT" }\n`,
  "src/buildpack.ts": program,
};

const project = (files: Files): Files => ({ ...cleanProject, ...files });

/** An example in one file, of which everything is shown. */
const whole = (file: string, text: string, others: Files = {}): Example => ({
  file,
  shown: text,
  files: project({ ...others, [file]: text }),
});

/** An example in buildpack.toml, of which only the end is shown. */
const ending = (text: string, others: Files = {}): Example => ({
  file: "buildpack.toml",
  shown: text,
  files: project({ ...others, "buildpack.toml": `${header}${license}${targets}\n${text}` }),
});

const configuration = `[[metadata.configurations]]
name = "BP_GREETING"
`;

const reading = program
  .replace("pass }", "pass, s }")
  .replace("detect:", "config: { BP_GREETING: s.optional(s.string) },\n  detect:");
const readme = "# Hello\n\n`BP_GREETING` is the text of the greeting.\n";

const release = (id: string, version: string, arch: string, more = ""): string => `[[metadata.dependencies]]
id = "${id}"
version = "${version}"
arch = "${arch}"
uri = "https://example.com/${id}-${version}-${arch}.tgz"
checksum = "sha256:${"0".repeat(64)}"
licenses = ["MIT"]
${more}`;
const releases = (more = ""): string =>
  `${release("tool", "1.2.0", "amd64", more)}\n${release("tool", "1.2.0", "arm64", more)}`;

const composite = (version: string): string => `api = "0.10"

[buildpack]
id = "acme/all"
version = "1.0.0"

[[buildpack.licenses]]
type = "MIT"

[[order]]

[[order.group]]
id = "acme/hello"
version = "${version}"
`;
const compositeFiles = (text: string): Files => ({
  "buildpack.toml": text,
  "package.toml": `[buildpack]\nuri = "."\n\n[[dependencies]]\nuri = "hello"\n`,
  ...Object.fromEntries(Object.entries(cleanProject).map(([path, content]) => [`hello/${path}`, content])),
});
const compositeExample = (text: string): Example => ({
  file: "buildpack.toml",
  shown: text,
  files: compositeFiles(text),
});

const target = (arch: string): Example => {
  const text = `[[targets]]\nos = "linux"\narch = "${arch}"\n`;
  return { file: "buildpack.toml", shown: text, files: project({ "buildpack.toml": `${header}${license}\n${text}` }) };
};

const table = (text: string, code = program): Example => ({
  file: "buildpack.toml",
  shown: text,
  files: project({ "buildpack.toml": `${text}${license}${targets}`, "src/buildpack.ts": code }),
});

const code = (text: string, others: Files = {}): Example => whole("src/buildpack.ts", text, others);

const writingSboms = program.replace("build() {}", "build: () => ({ sbom: { build: [] } })");
const types = JSON.stringify({
  compilerOptions: {
    module: "nodenext",
    strict: true,
    noEmit: true,
    types: [],
    customConditions: ["@libcnb/source"],
    skipLibCheck: true,
  },
  include: ["src/types.ts"],
});

/** An example of each rule: the documentation shows it, and a test applies the rules to it. */
export const examples: Readonly<Record<RuleCode, RuleExample>> = {
  "compile-error": {
    bad: code(`import { greet } from "./greet.ts";\n${program}\nconsole.log(greet);\n`),
    good: code(`import { greet } from "./greet.ts";\n${program}\nconsole.log(greet);\n`, {
      "src/greet.ts": `export const greet = "hello";\n`,
    }),
  },
  "composite-mismatch": {
    bad: compositeExample(composite("0.9.0")),
    good: compositeExample(composite("1.0.0")),
    isFixed: true,
  },
  "configuration-undeclared": {
    bad: code(reading),
    good: code(reading, { "buildpack.toml": `${header}${license}${targets}\n${configuration}` }),
  },
  "configuration-undocumented": {
    bad: whole("README.md", "# Hello\n", {
      "buildpack.toml": `${header}${license}${targets}\n${configuration}`,
      "src/buildpack.ts": reading,
    }),
    good: whole("README.md", readme, {
      "buildpack.toml": `${header}${license}${targets}\n${configuration}`,
      "src/buildpack.ts": reading,
    }),
  },
  "configuration-unread": { bad: ending(configuration), good: ending(configuration, { "src/buildpack.ts": reading }) },
  "dead-target": { bad: target("x86_64"), good: target("amd64"), isFixed: true },
  "dependency-architecture": { bad: ending(release("tool", "1.2.0", "amd64")), good: ending(releases()) },
  "dependency-checksum": {
    bad: ending(releases().replaceAll(/^checksum.*\n/gm, "")),
    good: ending(releases()),
  },
  "dependency-duplicate": {
    bad: ending(`${releases()}\n${release("tool", "1.2.0", "arm64")}`),
    good: ending(releases()),
  },
  "dependency-end-of-life": {
    bad: ending(releases("eol-date = 2020-01-31\n")),
    good: ending(releases("eol-date = 2999-12-31\n")),
  },
  "dependency-license": { bad: ending(releases().replaceAll(/^licenses.*\n/gm, "")), good: ending(releases()) },
  "dependency-order": {
    bad: ending(
      [release("tool", "1.2.0", "amd64"), release("tool", "1.10.0", "amd64"), releases()]
        .join("\n")
        .replace("1.2.0", "1.9.0")
        .replace("1.2.0-amd64", "1.9.0-amd64"),
    ),
    good: ending([releases(), release("tool", "1.9.0", "amd64"), release("tool", "1.10.0", "amd64")].join("\n")),
  },
  "dependency-url": {
    bad: ending(releases().replaceAll("tool-", "gone-")),
    good: ending(releases()),
  },
  "invalid-toml": { bad: table(header.replace('"1.0.0"', '"1.0.0')), good: table(header) },
  "invalid-value": { bad: table(header.replace('"1.0.0"', '"1.0"')), good: table(header) },
  license: {
    bad: { file: "buildpack.toml", shown: header, files: project({ "buildpack.toml": `${header}${targets}` }) },
    good: { file: "buildpack.toml", shown: `${header}${license}`, files: cleanProject },
    isFixed: true,
  },
  "license-unknown": {
    bad: {
      file: "buildpack.toml",
      shown: license.trimStart().replace("MIT", "mit"),
      files: project({ "buildpack.toml": `${header}${license.replace("MIT", "mit")}${targets}` }),
    },
    good: { file: "buildpack.toml", shown: license.trimStart(), files: cleanProject },
    isFixed: true,
  },
  "no-effect": {
    bad: table(`${header}exec-env = ["test"]\n`),
    good: table(`${header.replace("0.10", "0.12")}exec-env = ["test"]\n`),
  },
  "order-never-matches": {
    bad: compositeExample(
      `${composite("1.0.0")}\n${composite("1.0.0").slice(composite("1.0.0").indexOf("[[order]]"))}`,
    ),
    good: compositeExample(composite("1.0.0")),
  },
  "runtime-import": {
    bad: code(`import { Worker } from "node:worker_threads";\n${program}\nconsole.log(Worker);\n`),
    good: code(`import { Worker } from "node:worker_threads";\n${program}\nconsole.log(Worker);\n`, {
      "package.json": `{ "name": "hello", "type": "module", "license": "MIT", "libcnb": { "runtime": "node" } }\n`,
    }),
  },
  "sbom-formats": {
    bad: table(header, writingSboms),
    good: table(
      `${header}sbom-formats = ["application/vnd.cyclonedx+json", "application/spdx+json", "application/vnd.syft+json"]\n`,
      writingSboms,
    ),
    isFixed: true,
  },
  "suppression-unknown": {
    bad: ending(`# cnb-lint-ignore configuration-unraed: a later buildpack reads it\n${configuration}`, {
      "src/buildpack.ts": reading,
    }),
    good: ending(`# cnb-lint-ignore-all configuration-unread: a later buildpack reads it\n${configuration}`),
  },
  "suppression-unused": {
    bad: ending(`# cnb-lint-ignore configuration-unread: a later buildpack reads it\n${configuration}`, {
      "src/buildpack.ts": reading,
    }),
    good: ending(configuration, { "src/buildpack.ts": reading }),
    isFixed: true,
  },
  "suppression-without-reason": {
    bad: ending(`# cnb-lint-ignore-all configuration-unread\n${configuration}`),
    good: ending(`# cnb-lint-ignore-all configuration-unread: a later buildpack reads it\n${configuration}`),
  },
  "type-error": {
    bad: whole("src/types.ts", `export const port: number = "8080";\n`, { "tsconfig.json": types }),
    good: whole("src/types.ts", `export const port: number = 8080;\n`, { "tsconfig.json": types }),
  },
  "unknown-key": { bad: table(header.replace("version", "verson")), good: table(header), isFixed: true },
  unpackageable: {
    bad: ending(`[metadata]\ninclude-files = ["data/*.json"]\n`),
    good: ending(`[metadata]\ninclude-files = ["data/*.json"]\n`, { "data/names.json": "[]\n" }),
  },
};
