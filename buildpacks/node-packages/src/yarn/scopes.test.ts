import { expect, test } from "vitest";
import { scopesOf } from "./scopes.ts";

const runtime = (to: string) => ({ to, isDev: false, isOptional: false });
const optional = (to: string) => ({ to, isDev: false, isOptional: true });
const development = (to: string) => ({ to, isDev: true, isOptional: false });

test.each([
  ["nothing", {}, { app: "runtime" }],
  [
    "a package of each kind",
    { app: [runtime("a"), optional("b"), development("c")] },
    { app: "runtime", a: "runtime", b: "optional", c: "development" },
  ],
  [
    "what a package needs has its scope",
    { app: [optional("a"), development("b")], a: [runtime("c")], b: [runtime("d")] },
    { app: "runtime", a: "optional", b: "development", c: "optional", d: "development" },
  ],
  [
    "the strongest scope wins",
    { app: [development("a"), optional("b")], a: [runtime("c")], b: [runtime("c")] },
    { app: "runtime", a: "development", b: "optional", c: "optional" },
  ],
  [
    "an optional package of a needed one",
    { app: [runtime("a")], a: [optional("b")] },
    { app: "runtime", a: "runtime", b: "optional" },
  ],
  [
    "packages that need each other",
    { app: [runtime("a")], a: [runtime("b")], b: [runtime("a")] },
    { app: "runtime", a: "runtime", b: "runtime" },
  ],
  [
    "a workspace that only development asks for",
    { app: [development("web")], web: [runtime("a"), development("b")] },
    { app: "runtime", web: "runtime", a: "runtime", b: "development" },
  ],
  [
    "what only a workspace needs that is not launched",
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
  ["what nothing leads to", { app: [], lonely: [runtime("a")] }, { app: "runtime" }],
] as const)("scopes: %s", (_, edges, expected) => {
  const others = Object.keys(edges).filter((id) => id.startsWith("other"));
  const launched = ["app", "web"].filter((id) => id === "app" || id in edges);
  const graph: Readonly<Record<string, readonly ReturnType<typeof runtime>[]>> = edges;
  expect(Object.fromEntries(scopesOf({ launched, others }, (id) => graph[id] ?? []))).toEqual(expected);
});
