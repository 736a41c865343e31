import { join } from "node:path";
import fc from "fast-check";
import { formatExecDOutput, parseExecDOutput } from "libcnb/spec";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execDFiles } from "../../framework/src/layer/exec-d.ts";
import { compared } from "../support/conformance/rows.ts";
import {
  environmentIn,
  type Files,
  type LifecycleBinaries,
  lifecycleBinaries,
} from "../support/lifecycle/lifecycle-binaries.ts";

let lifecycle: LifecycleBinaries;

beforeAll(async () => {
  lifecycle = await lifecycleBinaries();
});
afterAll(() => lifecycle?.remove());

/** A layer's programs, and the variables that each answers. */
interface ExecDCase {
  readonly layer: string;
  readonly shared: Readonly<Record<string, Variables>>;
  readonly web: Readonly<Record<string, Variables>>;
}

type Variables = Readonly<Record<string, string>>;

// everything an environment can hold: the program's output must bring it there unchanged
const value = fc.string({ unit: "binary", maxLength: 12 }).map((text) => text.toWellFormed().replaceAll("\0", ""));
const variables = fc.dictionary(fc.constantFrom("A", "B", "LONG_NAME", "_x1"), value, { maxKeys: 3 });
const programs = fc.dictionary(fc.constantFrom("zeta", "alpha", "b.2", "memory"), variables, { maxKeys: 3 });
const layer = (name: string) => fc.record({ layer: fc.constant(name), shared: programs, web: programs });
const cases: fc.Arbitrary<readonly ExecDCase[]> = fc.tuple(layer("a-b"), layer("a"));

/** The layer as the framework writes it: each program prints a file and adds its name to ORDER. */
function filesOf({ layer, shared, web }: ExecDCase): Files {
  const named = (type: string, all: ExecDCase["shared"]) =>
    Object.fromEntries(
      Object.entries(all).map(([name, variables]) => [name, script(`${layer}-${type}-${name}`, variables)]),
    );
  const files = execDFiles({ shared: named("shared", shared), process: { web: named("web", web) } });
  return Object.fromEntries([...files].map(([path, program]) => [`one/${layer}/${path}`, program as string]));
}

function script(name: string, variables: Variables): string {
  const lines = Buffer.from(formatExecDOutput(variables)).toString("base64");
  return `#!/bin/sh\nprintf 'ORDER = "%s %s"\\n' "$ORDER" "${name}" >&3\necho ${lines} | /usr/bin/base64 -d >&3\n`;
}

/**
 * The environment of the process: layers by name, from each all programs for every process, then
 * those for its type.
 */
function expected(given: readonly ExecDCase[]): Variables {
  const inOrder = given.toSorted((a, b) => (a.layer < b.layer ? -1 : 1));
  const all = inOrder.flatMap(({ layer, shared, web }) => [
    ...Object.entries(shared).map(([name, variables]) => ({ name: `${layer}-shared-${name}`, variables })),
    ...Object.entries(web).map(([name, variables]) => ({ name: `${layer}-web-${name}`, variables })),
  ]);
  const order = all.map(({ name }) => ` ${name}`).join("");
  return Object.assign({}, ...all.map(({ variables }) => variables), order === "" ? {} : { ORDER: order });
}

test("exec.d programs run in the declared order, and the launcher accepts the output of formatExecDOutput", async (context) => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const layers = await lifecycle.folder(
        "layers",
        Object.assign({ "config/metadata.toml": metadata }, ...given.map(filesOf)),
      );
      const env = {
        CNB_LAYERS_DIR: layers,
        CNB_APP_DIR: lifecycle.dir,
        CNB_PLATFORM_API: "0.15",
        PATH: "/usr/bin:/bin",
      };
      const { exitCode, output } = await lifecycle.run("launcher", [], { as: "web", env });
      expect({ exitCode, env: environmentIn(output) }).toEqual({
        exitCode: 0,
        env: { PATH: env.PATH, ...expected(given) },
      });
    }),
    { numRuns: compared(context, [60, 1000]), seed: 20260101 },
  );
});

const metadata = `[[buildpacks]]
id = "one"
version = "1"
api = "0.12"
[[processes]]
type = "web"
command = ["/usr/bin/env", "-0"]
direct = true
buildpack-id = "one"
`;

test.for([
  ["a number", "A = 1\n"],
  ["a boolean", "A = true\n"],
  ["a table", '[A]\nb = "c"\n'],
  ["a list", 'A = ["b"]\n'],
  ["invalid TOML", "A\n"],
])("the launcher and libcnb refuse exec.d output with %s", async ([, text]) => {
  const program = `#!/bin/sh\necho ${Buffer.from(text ?? "").toString("base64")} | /usr/bin/base64 -d >&3\n`;
  const layers = await lifecycle.folder("layers", { "config/metadata.toml": metadata, "one/a/exec.d/x": program });
  const env = {
    CNB_LAYERS_DIR: layers,
    CNB_APP_DIR: join(lifecycle.dir),
    CNB_PLATFORM_API: "0.15",
    PATH: "/usr/bin:/bin",
  };
  expect((await lifecycle.run("launcher", [], { as: "web", env })).exitCode).not.toBe(0);
  expect(() => parseExecDOutput(text ?? "", "exec.d/x")).toThrow(expect.objectContaining({ code: expect.any(String) }));
});
