import type { ManagerName } from "@libcnb/node-app";
import { expect, test } from "vitest";
import { commandOf } from "./processes.ts";
import { nodeStart, type Start } from "./start.ts";

const own = { staticServer: "<server>" };
const facts = { source: "", dir: "", env: {} };
const shell = (line: string): Start => ({ kind: "shell", line, ...facts });
const script = (name: string): Start => ({ kind: "script", name, ...facts });

test.for<[string, Start, ManagerName, readonly string[]]>([
  ["a JavaScript file is started by node", nodeStart("x.js", "", ""), "npm", ["node", "x.js"]],
  [
    "a package manager's command is wrapped by with-signals",
    { kind: "program", words: ["npm", "run", "x"], ...facts },
    "yarn",
    ["with-signals", "npm", "run", "x"],
  ],
  [
    "a shell line that calls a package manager is wrapped by with-signals",
    shell("npm run x -- $A"),
    "npm",
    ["with-signals", "sh", "-c", "npm run x -- $A"],
  ],
  ["the start script is started by npm start", script("start"), "npm", ["with-signals", "npm", "start"]],
  ["another script is started by npm run", script("worker"), "npm", ["with-signals", "npm", "run", "worker"]],
  ["the start script is started by yarn run", script("start"), "yarn", ["with-signals", "yarn", "run", "start"]],
  ["the start script is started by pnpm run", script("start"), "pnpm", ["with-signals", "pnpm", "run", "start"]],
  ["the start script is started by bun run", script("start"), "bun", ["with-signals", "bun", "run", "start"]],
  [
    "the shell is replaced by node for a line with an environment variable",
    shell("node x.js -p $PORT"),
    "npm",
    ["sh", "-c", "exec node x.js -p $PORT"],
  ],
  [
    "the shell is replaced by node for a line with a quoted environment variable",
    shell('node x.js -p "$PORT"'),
    "npm",
    ["sh", "-c", 'exec node x.js -p "$PORT"'],
  ],
  ["a shell line with exec is not changed", shell("exec node x.js $A"), "npm", ["sh", "-c", "exec node x.js $A"]],
  [
    "a shell line that sets an environment variable is wrapped by with-signals",
    shell("A=$B node x.js"),
    "npm",
    ["with-signals", "sh", "-c", "A=$B node x.js"],
  ],
  [
    "a shell line with a command substitution is wrapped by with-signals",
    shell("node $(cat name)"),
    "npm",
    ["with-signals", "sh", "-c", "node $(cat name)"],
  ],
  [
    "a shell line of two commands is wrapped by with-signals",
    shell("cd dist && node x.js"),
    "npm",
    ["with-signals", "sh", "-c", "cd dist && node x.js"],
  ],
  [
    "a shell line that runs a shell builtin is wrapped by with-signals",
    shell('echo "$A"'),
    "npm",
    ["with-signals", "sh", "-c", 'echo "$A"'],
  ],
  [
    "an unfinished shell line is wrapped by with-signals",
    shell("{ node x.js"),
    "npm",
    ["with-signals", "sh", "-c", "{ node x.js"],
  ],
  [
    "a directory is served by the static server",
    { kind: "static", root: "dist", fallback: undefined, ...facts },
    "npm",
    ["node", "<server>", "dist"],
  ],
  [
    "a directory with a fallback page is served with --fallback",
    { kind: "static", root: "dist", fallback: { page: "index.html" }, ...facts },
    "npm",
    ["node", "<server>", "dist", "--fallback=index.html"],
  ],
  [
    "a directory with a page for missing files is served with --not-found",
    { kind: "static", root: "out", fallback: { notFound: "404.html" }, ...facts },
    "npm",
    ["node", "<server>", "out", "--not-found=404.html"],
  ],
])("in the image of a Node.js app, %s", ([, start, manager, expected]) =>
  expect(commandOf(start, manager, own)).toEqual(expected),
);
