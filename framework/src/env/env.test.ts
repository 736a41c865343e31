import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyModification, combine } from "./combine.ts";
import { envFiles } from "./files.ts";
import { append, defaultTo, type EnvModification, joinEnvs, type LayerEnv, override, prepend } from "./modification.ts";

test("each scope is a directory, and each modification a file with the exact value", () => {
  const env: LayerEnv = {
    shared: { NODE_HOME: override("/layers/node") },
    build: { CPATH: append("/include") },
    launch: { NODE_ENV: defaultTo("production"), PATH: prepend("/a/bin") },
    process: { web: { PORT: defaultTo("80") }, "worker.1": { QUEUE: append("x", ",") } },
  };
  expect(envFiles(env)).toEqual({
    "env.build/CPATH.append": "/include",
    "env.build/CPATH.delim": ":",
    "env.launch/NODE_ENV.default": "production",
    "env.launch/PATH.delim": ":",
    "env.launch/PATH.prepend": "/a/bin",
    "env.launch/web/PORT.default": "80",
    "env.launch/worker.1/QUEUE.append": "x",
    "env.launch/worker.1/QUEUE.delim": ",",
    "env/NODE_HOME.override": "/layers/node",
  });
});

describe("several modifications of one variable", () => {
  test.for<[string, readonly EnvModification[], Record<string, string>]>([
    [
      "prepends accumulate, the last one first",
      [prepend("a"), prepend("b")],
      { "env/V.delim": ":", "env/V.prepend": "b:a" },
    ],
    ["appends accumulate", [append("a", " "), append("b", " ")], { "env/V.append": "a b", "env/V.delim": " " }],
    [
      "both go together",
      [append("a"), prepend("b")],
      { "env/V.append": "a", "env/V.delim": ":", "env/V.prepend": "b" },
    ],
    [
      "what follows an override is part of it",
      [append("x"), override("o"), append("a"), prepend("p", "")],
      { "env/V.override": "po:a" },
    ],
    [
      "a default behind an append has nothing to do",
      [append("a"), defaultTo("d")],
      { "env/V.append": "a", "env/V.delim": ":" },
    ],
    [
      "a default before a prepend is a file of its own",
      [defaultTo("d"), prepend("p")],
      { "env/V.default": "d", "env/V.delim": ":", "env/V.prepend": "p" },
    ],
    ["nothing is joined to nothing", [append(""), prepend("")], {}],
  ])("%s", ([, modifications, files]) => {
    expect(envFiles({ shared: { V: modifications } })).toEqual(files);
  });

  test.for<[string, readonly EnvModification[], string]>([
    [
      "an append behind a default",
      [defaultTo("d"), append("a")],
      "the lifecycle would append before it applies the default",
    ],
    ["two delimiters", [prepend("a", ":"), append("b", ";")], "a variable has one delimiter for append and prepend"],
  ])("%s cannot be written", ([, modifications, why]) => {
    expect(() => envFiles({ shared: { V: modifications } })).toThrow(
      `the modifications of V in one scope cannot be written as files: ${why}`,
    );
  });
});

test.for<[string, string]>([
  ["A.B", "a name has none of the characters . / ="],
  ["A=B", "a name has none of the characters . / ="],
  ["../../x", "a name has none of the characters . / ="],
  ["", "a name has none of the characters . / ="],
  ["CNB_LAYERS_DIR", "CNB_ is reserved by the specification"],
])("%j is not a valid variable name", ([name, why]) => {
  expect(() => envFiles({ shared: { [name]: override("x") } })).toThrow(
    `the environment variable ${JSON.stringify(name)} cannot be set by a layer: ${why}`,
  );
});

test.for<[string, EnvModification, string]>([
  ["undefined", override(undefined as never), "a value is not text"],
  ["a number", append(1 as never), "a value is not text"],
  ["a NUL", defaultTo("a\0b"), "a value holds a NUL"],
  ["a delimiter that is none", prepend("a", 1 as never), "a value is not text"],
])("%s is not a valid value", ([, modification, why]) => {
  expect(() => envFiles({ shared: { A: [override(""), modification] } })).toThrow(
    `the environment variable "A" cannot be set by a layer: ${why}`,
  );
});

test("environments of several sources are merged, with all modifications of a variable", () => {
  const one: LayerEnv = { shared: { PATH: prepend("/a"), A: override("1") }, process: { web: { B: append("x") } } };
  const two: LayerEnv = { shared: { PATH: [prepend("/b"), append("/c")] }, build: { A: defaultTo("2") } };
  const three: LayerEnv = { process: { web: { B: append("y") }, worker: { C: override("z") } }, launch: {} };
  expect(envFiles(joinEnvs(one, two, three))).toEqual({
    "env.build/A.default": "2",
    "env.launch/web/B.append": "x:y",
    "env.launch/web/B.delim": ":",
    "env.launch/worker/C.override": "z",
    "env/A.override": "1",
    "env/PATH.append": "/c",
    "env/PATH.delim": ":",
    "env/PATH.prepend": "/b:/a",
  });
  expect(envFiles(joinEnvs())).toEqual({});
});

test("a process type that escapes the directory is refused", () => {
  expect(() => envFiles({ process: { "../x": { A: override("b") } } })).toThrow(`"../x" is not a process type`);
});

/** What the lifecycle does with the files of a directory: in the order of their names (measured in its env.go). */
function lifecycle(value: string | undefined, files: Readonly<Record<string, string>>): string | undefined {
  const delimiter = files["env/V.delim"] ?? "";
  let result = value;
  for (const file of Object.keys(files).sort()) {
    const content = files[file] ?? "";
    if (file.endsWith(".append")) result = result ? result + delimiter + content : content;
    if (file.endsWith(".default")) result = result ? result : content;
    if (file.endsWith(".override")) result = content;
    if (file.endsWith(".prepend")) result = result ? content + delimiter + result : content;
  }
  return result;
}

const text = fc.constantFrom("", "a", "b", "/x/bin", "ü ñ", "line\nline\n");
const delimiter = fc.constantFrom(":", "", " ");
const modification = fc.oneof(
  text.map(override),
  text.map(defaultTo),
  fc.tuple(text, delimiter).map(([value, by]) => append(value, by)),
  fc.tuple(text, delimiter).map(([value, by]) => prepend(value, by)),
);

test("the lifecycle applies the files like the modifications in sequence", () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.option(text, { nil: undefined }),
      fc.array(modification, { maxLength: 5 }),
      (before, modifications) => {
        try {
          combine("V", modifications);
        } catch {
          return; // told to the author instead
        }
        compared += 1;
        const expected = modifications.reduce(applyModification, before);
        expect(lifecycle(before, envFiles({ shared: { V: modifications } }))).toBe(expected);
      },
    ),
    { seed: 1, numRuns: 2000 },
  );
  expect(compared).toBeGreaterThan(1000);
});
