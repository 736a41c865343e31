import { expect, test } from "vitest";
import { procfileStart } from "./procfile.ts";
import type { Start } from "./start.ts";

test.for<
  [string, string, Pick<Start, "kind" | "env"> & { readonly words?: readonly string[]; readonly line?: string }]
>([
  [
    "a Procfile command that sets an environment variable starts the program with it",
    "A=1 node x.js",
    { kind: "program", words: ["node", "x.js"], env: { A: "1" } },
  ],
  [
    "npm start in a Procfile starts the program of the start script",
    "npm start",
    { kind: "program", words: ["node", "server.js"], env: {} },
  ],
  [
    "npm run of an unknown script in a Procfile starts npm",
    "npm run gone",
    { kind: "program", words: ["npm", "run", "gone"], env: {} },
  ],
  [
    "a Procfile command with an environment variable is started by a shell",
    "node x.js -p $PORT",
    { kind: "shell", line: "node x.js -p $PORT", env: {} },
  ],
])("%s", ([, line, expected]) => {
  const sources = { scripts: { start: "node server.js" }, dir: "apps/web", built: [] };
  expect(procfileStart("web", line, sources)).toEqual({ ...expected, source: "web in Procfile", dir: "apps/web" });
});
