import fc from "fast-check";

/** A file that a buildpack writes in its phase, below its layers directory or at the build plan's path. */
export interface GeneratedOutput {
  readonly phase: "detect" | "build";
  readonly path: string;
  readonly content: Uint8Array;
  readonly kind: "file" | "directory" | "fifo" | "link" | "dangling link" | "unreadable";
}

const text = (value: string): string => JSON.stringify(value);
const fine = ['"a"', '"web"', "true", '["a"]', '["a", "b"]', '"*"'];
/** Values of every type of TOML, and texts that are no name, path or word. */
const odd = [
  "1",
  "-1",
  "0.5",
  "inf",
  "-nan",
  "99999999999999999999",
  "1979-05-27",
  "07:32:00",
  "0001-01-01T00:00:00Z",
  "false",
  "[]",
  "[[]]",
  "[{}]",
  "{}",
  "{ a = 1 }",
  '["a", 1]',
  "[true]",
  "'''\n'''",
  ...[
    "",
    ".",
    "..",
    "/",
    "../..",
    "/etc/passwd",
    "\0",
    "a\0b",
    "\n",
    "\u001b[31m",
    "[",
    "[a-",
    "\\",
    "**",
    "é",
    "a=b",
  ].map(text),
  ...["\ufffd", "\u202e", "__proto__", "constructor", "toString", "-", "a".repeat(5000), "{".repeat(300)].map(text),
];
const value = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...fine) }, fc.constantFrom(...odd));

const table = (header: string, keys: readonly string[]) =>
  fc
    .subarray([...keys], { minLength: 0 })
    .chain((some) => fc.tuple(...some.map((key) => value.map((each) => `${key} = ${each}\n`))))
    .map((lines) => `${header}\n${lines.join("")}`);
const tables = (...each: readonly [header: string, keys: readonly string[]][]) =>
  fc.array(fc.oneof(...each.map(([header, keys]) => table(header, keys))), { maxLength: 4 }).map((all) => all.join(""));

/** Each file of the specification that is TOML, and its tables. */
const documents = {
  "launch.toml": tables(
    ["[[processes]]", ["type", "command", "args", "direct", "default", "working-dir", "__proto__"]],
    ["[[labels]]", ["key", "value"]],
    ["[[slices]]", ["paths"]],
    ["[processes]", ["type"]],
  ),
  "build.toml": tables(["[[unmet]]", ["name"]], ["[[bom]]", ["name", "metadata"]], ["[unmet]", ["name"]]),
  "store.toml": tables(["[metadata]", ["a", "b", "__proto__"]], ["[[metadata]]", ["a"]], ["[other]", ["a"]]),
  "a.toml": tables(
    ["[types]", ["launch", "build", "cache", "other"]],
    ["[metadata]", ["a", "__proto__"]],
    ["[[types]]", ["launch"]],
  ),
  plan: tables(
    ["[[provides]]", ["name", "other"]],
    ["[[requires]]", ["name", "version", "metadata"]],
    ["[[requires]]\nname = 'a'\n[requires.metadata]", ["a", "__proto__"]],
    ["[[or]]", ["provides"]],
    ["[[or]]\n[[or.provides]]", ["name"]],
  ),
};

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc
    .constantFrom("", "\ufeff", "\0", "a = ", "[", "[[a]]\n[a]\n", "{", "{}", "null", "[]", '{"bomFormat":1}')
    .map((each) => Buffer.from(each)),
  fc.constant(Buffer.from("[".repeat(100_000))),
);
const kind = fc.oneof(
  { weight: 8, arbitrary: fc.constant("file" as const) },
  fc.constantFrom("directory", "fifo", "link", "dangling link", "unreadable"),
);
const documentFile = fc.constantFrom(...(Object.keys(documents) as (keyof typeof documents)[])).chain((path) =>
  fc.record({
    phase: fc.constant(path === "plan" ? ("detect" as const) : ("build" as const)),
    path: fc.constant(path as string),
    kind,
    content: fc.oneof({ weight: 6, arbitrary: documents[path].map((each) => Buffer.from(each)) }, bytes),
  }),
);

/** Other files that the lifecycle reads, and names that it cannot use. */
const paths = [
  ...["launch", "build", "a", "missing"].flatMap((name) =>
    ["cdx", "spdx", "syft"].map((format) => `${name}.sbom.${format}.json`),
  ),
  "a/env/A",
  "a/env.launch/PATH.append",
  "a/env.launch/web/A",
  "a/env.build/A.delim",
  "a/env/A=B",
  "a/env/\n",
  "a/exec.d/x",
  "a/exec.d/web/x",
  "a/profile.d/x.sh",
  "a/bin",
  "a/lib",
  "a/env",
  "a/env.launch/web",
  "a/exec.d",
  "\n.toml",
  "é.toml",
  "a b.toml",
  "app.toml",
  "sbom.toml",
  "config.toml",
  "__proto__.toml",
  "a.toml.toml",
  "-.toml",
  `${"n".repeat(245)}.toml`,
  `a/${"n".repeat(255)}`,
  "a/\\",
  "a/c:d",
  "launch.sbom",
  "a/.wh.x",
  "a/.wh..wh..opq",
];
const otherFile = fc.record({
  phase: fc.constant("build" as const),
  path: fc.constantFrom(...paths),
  kind,
  content: fc.oneof(
    bytes,
    documents["a.toml"].map((each) => Buffer.from(each)),
  ),
});

/**
 * The output of one build, some of it valid according to the specification, some not. The same seed
 * gives the same outputs.
 */
export const generatedOutputs = (seed: number): readonly GeneratedOutput[] =>
  fc.sample(fc.array(fc.oneof(documentFile, otherFile), { minLength: 1, maxLength: 5 }), { seed, numRuns: 1 })[0] ?? [];

const commands: Readonly<Record<GeneratedOutput["kind"], (source: string) => string>> = {
  file: (source) => `busybox cp ${source} "$at"`,
  directory: () => 'busybox mkdir "$at"',
  fifo: () => 'busybox mkfifo "$at"',
  link: () => 'busybox ln -s /etc/passwd "$at"',
  "dangling link": () => 'busybox ln -s nowhere/at/all "$at"',
  unreadable: (source) => `busybox cp ${source} "$at" && busybox chmod 0 "$at"`,
};

/** A shell script that writes the outputs of a phase from the files `0`, `1` … of the app. What cannot be made is left out. */
export function outputsScript(outputs: readonly GeneratedOutput[], phase: GeneratedOutput["phase"]): string {
  const steps = outputs.map((output, index) => {
    if (output.phase !== phase) return "";
    const quoted = `'${output.path}'`;
    const at = output.path === "plan" ? '"$CNB_BUILD_PLAN_PATH"' : quoted;
    const prepare =
      output.path === "plan"
        ? 'busybox rm -f "$at"'
        : `busybox mkdir -p -- "$(busybox dirname -- "$at")"; busybox rm -rf -- "$at"`;
    return `at=${at}\n{ ${prepare}; ${commands[output.kind](`/workspace/${index}`)}; } 2>/dev/null\n`;
  });
  return `${steps.join("")}true\n`;
}
