import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyModification, combine } from "./combine.ts";
import { envFiles } from "./files.ts";
import { append, defaultTo, type EnvModification, type LayerEnv, mergeEnv, override, prepend } from "./modification.ts";

test("an environment is written as a directory for each scope and a file with the exact value for each modification", () => {
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

describe("for one environment variable of a layer,", () => {
  test.for<[string, readonly EnvModification[], Record<string, string>]>([
    [
      "prepends are combined, the last one first",
      [prepend("a"), prepend("b")],
      { "env/V.delim": ":", "env/V.prepend": "b:a" },
    ],
    [
      "appends are combined in order",
      [append("a", " "), append("b", " ")],
      { "env/V.append": "a b", "env/V.delim": " " },
    ],
    [
      "an append and a prepend use one delimiter",
      [append("a"), prepend("b")],
      { "env/V.append": "a", "env/V.delim": ":", "env/V.prepend": "b" },
    ],
    [
      "an append and a prepend after an override are part of its value",
      [append("x"), override("o"), append("a"), prepend("p", "")],
      { "env/V.override": "po:a" },
    ],
    [
      "a default after an append is dropped",
      [append("a"), defaultTo("d")],
      { "env/V.append": "a", "env/V.delim": ":" },
    ],
    [
      "a default and a following prepend are two files",
      [defaultTo("d"), prepend("p")],
      { "env/V.default": "d", "env/V.delim": ":", "env/V.prepend": "p" },
    ],
    ["an empty append and an empty prepend write no file", [append(""), prepend("")], {}],
  ])("%s", ([, modifications, files]) => {
    expect(envFiles({ shared: { V: modifications } })).toEqual(files);
  });

  test.for<[string, readonly EnvModification[], string]>([
    ["an append after a default", [defaultTo("d"), append("a")], "the lifecycle applies append before default"],
    ["a second delimiter", [prepend("a", ":"), append("b", ";")], "append and prepend must have the same delimiter"],
  ])("%s is refused", ([, modifications, why]) => {
    expect(() => envFiles({ shared: { V: modifications } })).toThrow(
      `the modifications of the environment variable V cannot be combined in one scope of a layer: ${why}`,
    );
  });
});

test.for<[string, string]>([
  ["A.B", "its name is empty or contains ., /, = or a NUL character"],
  ["A=B", "its name is empty or contains ., /, = or a NUL character"],
  ["../../x", "its name is empty or contains ., /, = or a NUL character"],
  ["", "its name is empty or contains ., /, = or a NUL character"],
  ["CNB_LAYERS_DIR", "the specification reserves names that begin with CNB_"],
])("%j is refused as the name of an environment variable", ([name, why]) => {
  expect(() => envFiles({ shared: { [name]: override("x") } })).toThrow(
    `the environment variable ${JSON.stringify(name)} cannot be set by a layer: ${why}`,
  );
});

test.for<[string, EnvModification, string]>([
  ["undefined", override(undefined as never), "its value or delimiter is not a string"],
  ["a number", append(1 as never), "its value or delimiter is not a string"],
  ["a text with a NUL character", defaultTo("a\0b"), "its value or delimiter contains a NUL character"],
  ["a value with a delimiter that is not text", prepend("a", 1 as never), "its value or delimiter is not a string"],
])("%s is refused as the value of an environment variable", ([, modification, why]) => {
  expect(() => envFiles({ shared: { A: [override(""), modification] } })).toThrow(
    `the environment variable "A" cannot be set by a layer: ${why}`,
  );
});

test("environments of several sources are merged, with all modifications of each variable", () => {
  const one: LayerEnv = { shared: { PATH: prepend("/a"), A: override("1") }, process: { web: { B: append("x") } } };
  const two: LayerEnv = { shared: { PATH: [prepend("/b"), append("/c")] }, build: { A: defaultTo("2") } };
  const three: LayerEnv = { process: { web: { B: append("y") }, worker: { C: override("z") } }, launch: {} };
  expect(envFiles(mergeEnv(one, two, three))).toEqual({
    "env.build/A.default": "2",
    "env.launch/web/B.append": "x:y",
    "env.launch/web/B.delim": ":",
    "env.launch/worker/C.override": "z",
    "env/A.override": "1",
    "env/PATH.append": "/c",
    "env/PATH.delim": ":",
    "env/PATH.prepend": "/b:/a",
  });
  expect(envFiles(mergeEnv())).toEqual({});
});

test("a process type that leads out of the environment directory is refused", () => {
  expect(() => envFiles({ process: { "../x": { A: override("b") } } })).toThrow(`"../x" is not a process type`);
});

/**
 * The result of the lifecycle for the files of a directory, applied in the order of their names
 * (verified with its env.go).
 */
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

test("the lifecycle's result for the written environment files equals applying the modifications one after another", () => {
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
