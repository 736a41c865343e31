import { expect, test } from "vitest";
import { scopesOf } from "./scopes.ts";

const runtime = (to: string) => ({ to, isDev: false, isOptional: false });
const optional = (to: string) => ({ to, isDev: false, isOptional: true });
const development = (to: string) => ({ to, isDev: true, isOptional: false });

test.each([
  ["an app without dependencies is the only package with a scope in the SBOM", {}, { app: "runtime" }],
  [
    "a package has the scope of its kind of dependency",
    { app: [runtime("a"), optional("b"), development("c")] },
    { app: "runtime", a: "runtime", b: "optional", c: "development" },
  ],
  [
    "a package's dependencies have the scope of that package",
    { app: [optional("a"), development("b")], a: [runtime("c")], b: [runtime("d")] },
    { app: "runtime", a: "optional", b: "development", c: "optional", d: "development" },
  ],
  [
    "a package with several scopes has the strongest scope",
    { app: [development("a"), optional("b")], a: [runtime("c")], b: [runtime("c")] },
    { app: "runtime", a: "development", b: "optional", c: "optional" },
  ],
  [
    "an optional dependency of a runtime package is optional",
    { app: [runtime("a")], a: [optional("b")] },
    { app: "runtime", a: "runtime", b: "optional" },
  ],
  [
    "packages that depend on each other have the scope runtime",
    { app: [runtime("a")], a: [runtime("b")], b: [runtime("a")] },
    { app: "runtime", a: "runtime", b: "runtime" },
  ],
  [
    "a workspace to launch has the scope runtime even as a development dependency",
    { app: [development("web")], web: [runtime("a"), development("b")] },
    { app: "runtime", web: "runtime", a: "runtime", b: "development" },
  ],
  [
    "packages that only a workspace without a launch process needs are for development",
    {
      app: [runtime("a"), runtime("other-lib")],
      "other-lib": [runtime("b")],
      "other-web": [runtime("a"), runtime("c")],
    },
    {
      app: "runtime",
      a: "runtime",
      "other-lib": "runtime",
      b: "runtime",
      "other-web": "development",
      c: "development",
    },
  ],
  ["packages that nothing depends on have no scope", { app: [], lonely: [runtime("a")] }, { app: "runtime" }],
] as const)("in the SBOM of a Yarn app, %s", (_, edges, expected) => {
  const others = Object.keys(edges).filter((id) => id.startsWith("other"));
  const launched = ["app", "web"].filter((id) => id === "app" || id in edges);
  const graph: Readonly<Record<string, readonly ReturnType<typeof runtime>[]>> = edges;
  expect(Object.fromEntries(scopesOf({ launched, others }, (id) => graph[id] ?? []))).toEqual(expected);
});
