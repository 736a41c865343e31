import { expect, test } from "vitest";
import { type Procfile, parseProcfile, procfileStart } from "./procfile.ts";

test.for<[string, string, Procfile]>([
  ["one process", "web: node server.js\n", { commands: { web: "node server.js" }, warnings: [] }],
  [
    "comments, empty lines, blanks, Windows",
    "\uFEFF# all\r\n\r\nweb:node a.js\r\n  worker :  node b.js  \r\nrelease: node c.js",
    { commands: { web: "node a.js", worker: "node b.js", release: "node c.js" }, warnings: [] },
  ],
  [
    "colons in a command",
    "web: node a.js --url http://x:1",
    { commands: { web: "node a.js --url http://x:1" }, warnings: [] },
  ],
  ["names with dots and dashes", "a.b-c_1: x", { commands: { "a.b-c_1": "x" }, warnings: [] }],
  [
    "the last of several",
    "web: a\nweb: b",
    { commands: { web: "b" }, warnings: ["line 2 of Procfile replaces an earlier one for web"] },
  ],
  [
    "lines of no use",
    "web\nmy web: x\nweb/a: x\nworker:\n..: x\nx: a\0b\n",
    {
      commands: {},
      warnings: [
        'line 1 of Procfile is ignored: it is not of the form "web: command"',
        'line 2 of Procfile is ignored: it is not of the form "web: command"',
        'line 3 of Procfile is ignored: it is not of the form "web: command"',
        "line 4 of Procfile is ignored: worker has no command",
        "line 5 of Procfile is ignored: no process can be called so",
        "line 6 of Procfile is ignored: no process can be called so",
      ],
    },
  ],
  [
    "a name of JavaScript's own",
    "__proto__: x\nconstructor: y",
    {
      commands: Object.fromEntries([
        ["__proto__", "x"],
        ["constructor", "y"],
      ]),
      warnings: [],
    },
  ],
  ["nothing", "", { commands: {}, warnings: [] }],
])("%s", ([, text, expected]) => expect(parseProcfile(text)).toEqual(expected));

test("a command runs without a shell if it needs none", () => {
  const facts = { source: "web in Procfile", dir: "apps/web" };
  expect(procfileStart("web", "A=1 node x.js", "apps/web")).toEqual({
    kind: "program",
    words: ["node", "x.js"],
    env: { A: "1" },
    ...facts,
  });
  expect(procfileStart("web", "node x.js -p $PORT", "apps/web")).toEqual({
    kind: "shell",
    line: "node x.js -p $PORT",
    env: {},
    ...facts,
  });
});
