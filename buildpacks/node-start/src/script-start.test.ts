import { expect, test } from "vitest";
import { type ScriptSources, scriptStart } from "./script-start.ts";

type Answer =
  | { readonly words: readonly string[]; readonly env?: Readonly<Record<string, string>> }
  | "by the package manager";

const manager = "by the package manager";

test.for<[string, ScriptSources["scripts"], Answer]>([
  ["a plain node script", { start: "node dist/server.js" }, { words: ["node", "dist/server.js"] }],
  ["variables", { start: "NODE_ENV=production node ." }, { words: ["node", "."], env: { NODE_ENV: "production" } }],
  ["a program of a package", { start: "next start" }, { words: ["next", "start"] }],
  ["a script by another one", { start: "npm run serve", serve: "node x.js" }, { words: ["node", "x.js"] }],
  [
    "through several",
    { start: "yarn a", a: "X=1 pnpm b", b: "bun run c", c: "node x.js" },
    { words: ["node", "x.js"], env: { X: "1" } },
  ],
  ["start by npm", { start: "npm run a", a: "npm run -s b", b: "node x.js" }, { words: ["node", "x.js"] }],
  ["a script that calls itself", { start: "npm start" }, manager],
  ["scripts that call each other", { start: "npm run a", a: "npm run start" }, manager],
  ["another script that is unknown", { start: "npm run gone" }, manager],
  ["another script with arguments", { start: "npm run a -- --port 1", a: "node x.js" }, manager],
  ["another script with hooks", { start: "npm run a", prea: "node y.js", a: "node x.js" }, manager],
  ["an own command of npm", { start: "npm test", test: "node x.js" }, manager],
  ["a name from the prototype", { start: "yarn constructor" }, manager],
  ["a program that may be downloaded", { start: "npx serve dist" }, manager],
  ["a hook before", { prestart: "node migrate.js", start: "node server.js" }, manager],
  ["a hook behind", { poststart: "node clean.js", start: "node server.js" }, manager],
  ["shell syntax", { start: "node migrate.js && node server.js" }, manager],
  ["a bare node", { start: "node" }, manager],
])("a start script: %s", ([, scripts, expected]) => {
  const start = scriptStart("start", { scripts, dir: "", isPlugAndPlay: false, built: [] });
  const common = { source: "scripts.start in package.json", dir: "" };
  if (expected === manager) expect(start).toEqual({ kind: "script", name: "start", env: {}, ...common });
  else expect(start).toEqual({ kind: "program", env: {}, ...expected, ...common });
});

test("with Plug'n'Play, only node itself starts without Yarn", () => {
  const sources = { scripts: { start: "node x.js", worker: "tsx w.ts" }, dir: "", isPlugAndPlay: true, built: [] };
  expect(["start", "worker"].map((name) => scriptStart(name, sources).kind)).toEqual(["program", "script"]);
});
