import { expect, test } from "vitest";
import { procfileStart, type ScriptSources, scriptStart } from "./command-start.ts";
import type { Start } from "./start.ts";

type Answer =
  | { readonly words: readonly string[]; readonly env?: Readonly<Record<string, string>> }
  | "by the package manager";

const manager = "by the package manager";

test.for<[string, ScriptSources["scripts"], Answer]>([
  ["that runs node is started directly", { start: "node dist/server.js" }, { words: ["node", "dist/server.js"] }],
  [
    "that sets environment variables is started directly",
    { start: "NODE_ENV=production node ." },
    { words: ["node", "."], env: { NODE_ENV: "production" } },
  ],
  ["that runs a package's program is started directly", { start: "next start" }, { words: ["next", "start"] }],
  [
    "that runs another script is replaced by that script's command",
    { start: "npm run serve", serve: "node x.js" },
    { words: ["node", "x.js"] },
  ],
  [
    "that runs a chain of scripts is replaced by the last command",
    { start: "yarn a", a: "X=1 pnpm b", b: "bun run c", c: "node x.js" },
    { words: ["node", "x.js"], env: { X: "1" } },
  ],
  [
    "that uses npm run with an option is replaced by the last command",
    { start: "npm run a", a: "npm run -s b", b: "node x.js" },
    { words: ["node", "x.js"] },
  ],
  ["that calls itself is started by the package manager", { start: "npm start" }, manager],
  ["in a cycle of scripts is started by the package manager", { start: "npm run a", a: "npm run start" }, manager],
  ["that runs an unknown script is started by the package manager", { start: "npm run gone" }, manager],
  [
    "that passes arguments to another script is left to the package manager",
    { start: "npm run a -- --port 1", a: "node x.js" },
    manager,
  ],
  [
    "that runs a script with hooks is left to the package manager",
    { start: "npm run a", prea: "node y.js", a: "node x.js" },
    manager,
  ],
  ["that runs npm test is left to the package manager", { start: "npm test", test: "node x.js" }, manager],
  [
    "that runs an unknown script with the name of an object's property is left to the package manager",
    { start: "yarn constructor" },
    manager,
  ],
  ["that runs npx is left to the package manager", { start: "npx serve dist" }, manager],
  [
    "with a prestart hook is left to the package manager",
    { prestart: "node migrate.js", start: "node server.js" },
    manager,
  ],
  [
    "with a poststart hook is left to the package manager",
    { poststart: "node clean.js", start: "node server.js" },
    manager,
  ],
  ["with shell syntax is left to the package manager", { start: "node migrate.js && node server.js" }, manager],
  ["that runs node without a file is left to the package manager", { start: "node" }, manager],
])("a start script %s", ([, scripts, expected]) => {
  const start = scriptStart("start", { scripts, dir: "", isPlugAndPlay: false, built: [] });
  const common = { source: "scripts.start in package.json", dir: "" };
  if (expected === manager) expect(start).toEqual({ kind: "script", name: "start", env: {}, ...common });
  else expect(start).toEqual({ kind: "program", env: {}, ...expected, ...common });
});

test("with Plug'n'Play, only scripts that run node start without Yarn", () => {
  const sources = { scripts: { start: "node x.js", worker: "tsx w.ts" }, dir: "", isPlugAndPlay: true, built: [] };
  expect(["start", "worker"].map((name) => scriptStart(name, sources).kind)).toEqual(["program", "script"]);
});

test.for<
  [string, string, Pick<Start, "kind" | "env"> & { readonly words?: readonly string[]; readonly line?: string }]
>([
  [
    "a Procfile command that sets an environment variable starts without a shell",
    "A=1 node x.js",
    { kind: "program", words: ["node", "x.js"], env: { A: "1" } },
  ],
  [
    "npm start in a Procfile starts the program of the start script without npm",
    "npm start",
    { kind: "program", words: ["node", "server.js"], env: {} },
  ],
  [
    "npm run in a Procfile starts npm if package.json does not have the script",
    "npm run gone",
    { kind: "program", words: ["npm", "run", "gone"], env: {} },
  ],
  [
    "a Procfile command that reads an environment variable is started by a shell",
    "node x.js -p $PORT",
    { kind: "shell", line: "node x.js -p $PORT", env: {} },
  ],
])("%s", ([, line, expected]) => {
  const sources = { scripts: { start: "node server.js" }, dir: "apps/web", built: [] };
  expect(procfileStart("web", line, sources)).toEqual({ ...expected, source: "web in Procfile", dir: "apps/web" });
});
