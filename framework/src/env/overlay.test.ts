import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { composeBuildEnv } from "./compose.ts";
import { withOverlay, withoutOverlay } from "./overlay.ts";

type Vars = Readonly<Record<string, string>>;
const map = (vars: Vars) => new Map(Object.entries(vars));
const base: Vars = { PATH: "/usr/bin", HOME: "/root" };
const nobody = { user: {}, operator: map({}) };

test("the user's variables are prepended to path variables and replace all other variables", () => {
  const user = { PATH: "/mine", A: "2", B: "", CPATH: "/i", "X.append": "3", "C=D": "4" };
  expect(withOverlay({ PATH: "/bin", A: "1" }, { ...nobody, user })).toEqual({
    PATH: "/mine:/bin",
    A: "2",
    B: "",
    CPATH: "/i",
    "X.append": "3",
  });
});

test("the operator's variables are applied last, and a variable without a suffix such as .override is a default", () => {
  const operator = map({ A: "op", B: "op", C: "op", "D.override": "op", "E.append": "op", "E.delim": "," });
  const user = { B: "user", D: "user", E: "user" };
  expect(withOverlay({ A: "layer", C: "" }, { user, operator })).toEqual({
    A: "layer",
    B: "user",
    C: "op",
    D: "op",
    E: "user,op",
  });
});

const provided = (files: Vars) => [{ name: "x", path: "/l/x", files: { "bin/": "", ...files } }];

describe("reapplying user and operator variables to an environment with layers", () => {
  test.for<[string, Vars, Vars, Vars, string | undefined]>([
    ["a user's variable overrides a layer's", { A: "user" }, {}, { "env/A": "layer" }, "user"],
    ["an operator's default does not override a layer's value", {}, { A: "op" }, { "env/A": "layer" }, "layer"],
    ["a layer's default takes precedence over an operator's", {}, { A: "op" }, { "env/A.default": "layer" }, "layer"],
    [
      "an operator's override takes precedence over user and layer",
      { A: "user" },
      { "A.override": "op" },
      { "env/A": "layer" },
      "op",
    ],
    [
      "an operator's append follows a layer's value",
      {},
      { "A.append": "op", "A.delim": "," },
      { "env/A": "layer" },
      "layer,op",
    ],
    [
      "an operator's prepend precedes a layer's value",
      {},
      { "A.prepend": "op", "A.delim": "," },
      { "env/A": "layer" },
      "op,layer",
    ],
    [
      "a layer's append is applied before an operator's prepend",
      {},
      { "A.prepend": "op" },
      { "env/A.append": "layer" },
      "oplayer",
    ],
  ])("ensures that %s", ([, user, operator, files, expected]) => {
    const overlay = { user, operator: map(operator) };
    const without = withoutOverlay(withOverlay(base, overlay), overlay);
    expect(withOverlay(composeBuildEnv(provided(files), without.env), without.overlay).A).toBe(expected);
  });

  test("puts the user's directories first in a path variable", () => {
    const overlay = { ...nobody, user: { PATH: "/mine" } };
    const without = withoutOverlay(withOverlay(base, overlay), overlay);
    expect(without).toEqual({ env: base, overlay });
    expect(withOverlay(composeBuildEnv(provided({}), without.env), without.overlay).PATH).toBe(
      "/mine:/l/x/bin:/usr/bin",
    );
  });

  test("changes no variable whose value is not from the user", () => {
    const seen = { PATH: "/bin", A: "of a buildpack", C: "/mine" };
    expect(withoutOverlay(seen, { ...nobody, user: { PATH: "/mine", A: "2", B: "3" } })).toEqual({
      env: seen,
      overlay: nobody,
    });
  });

  test("results in the same environment for any combination of user and operator variables", () => {
    const values = fc.constantFrom("", "a", "b", "a:b", "b:a", ":", "::a");
    const variables = fc.constantFrom("V", "PATH");
    const suffixes = fc.constantFrom("", ".", ".default", ".override", ".append", ".prepend", ".delim", ".other");
    const files = fc.dictionary(
      fc.tuple(variables, suffixes).map(([name, suffix]) => name + suffix),
      values,
    );
    const vars = fc.dictionary(variables, values);
    fc.assert(
      fc.property(vars, vars, files, (env, user, operator) => {
        const overlay = { user, operator: map(operator) };
        const seen = withOverlay(env, overlay);
        const without = withoutOverlay(seen, overlay);
        expect(withOverlay(without.env, without.overlay)).toEqual(seen);
      }),
      { numRuns: 2000, seed: 20260101 },
    );
  });
});
