import type { ManagerName } from "@libcnb/node-app";
import { expect, test } from "vitest";
import { commandOf } from "./processes.ts";
import { nodeStart, type Start } from "./start.ts";

const own = { staticServer: "<server>" };
const facts = { source: "", dir: "", env: {} };
const shell = (line: string): Start => ({ kind: "shell", line, ...facts });
const script = (name: string): Start => ({ kind: "script", name, ...facts });

test.for<[Start, ManagerName, readonly string[]]>([
  [nodeStart("x.js", "", ""), "npm", ["node", "x.js"]],
  [{ kind: "program", words: ["npm", "run", "x"], ...facts }, "yarn", ["with-signals", "npm", "run", "x"]],
  [shell("npm run x -- $A"), "npm", ["with-signals", "sh", "-c", "npm run x -- $A"]],
  [script("start"), "npm", ["with-signals", "npm", "start"]],
  [script("worker"), "npm", ["with-signals", "npm", "run", "worker"]],
  [script("start"), "yarn", ["with-signals", "yarn", "run", "start"]],
  [script("start"), "pnpm", ["with-signals", "pnpm", "run", "start"]],
  [script("start"), "bun", ["with-signals", "bun", "run", "start"]],
  [shell("node x.js -p $PORT"), "npm", ["sh", "-c", "exec node x.js -p $PORT"]],
  [shell('node x.js -p "$PORT"'), "npm", ["sh", "-c", 'exec node x.js -p "$PORT"']],
  [shell("exec node x.js $A"), "npm", ["sh", "-c", "exec node x.js $A"]],
  [shell("A=$B node x.js"), "npm", ["with-signals", "sh", "-c", "A=$B node x.js"]],
  [shell("node $(cat name)"), "npm", ["with-signals", "sh", "-c", "node $(cat name)"]],
  [shell("cd dist && node x.js"), "npm", ["with-signals", "sh", "-c", "cd dist && node x.js"]],
  [shell('echo "$A"'), "npm", ["with-signals", "sh", "-c", 'echo "$A"']],
  [shell("{ node x.js"), "npm", ["with-signals", "sh", "-c", "{ node x.js"]],
  [{ kind: "static", root: "dist", fallback: undefined, ...facts }, "npm", ["node", "<server>", "dist"]],
  [
    { kind: "static", root: "dist", fallback: { page: "index.html" }, ...facts },
    "npm",
    ["node", "<server>", "dist", "--fallback=index.html"],
  ],
  [
    { kind: "static", root: "out", fallback: { notFound: "404.html" }, ...facts },
    "npm",
    ["node", "<server>", "out", "--not-found=404.html"],
  ],
])("%j with %s", ([start, manager, expected]) => expect(commandOf(start, manager, own)).toEqual(expected));
