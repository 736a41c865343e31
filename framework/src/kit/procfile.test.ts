import { expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { pass } from "../detect.ts";
import { build } from "../testing/index.ts";
import { type LocatedProcfile, type Procfile, parseProcfile, readProcfile } from "./procfile.ts";

test.for<[string, string, Procfile]>([
  ["with one process", "web: node server.js\n", { commands: { web: "node server.js" }, warnings: [] }],
  [
    "with comments, empty lines, blanks and CRLF line ends",
    "\uFEFF# all\r\n\r\nweb:node a.js\r\n  worker :  node b.js  \r\nrelease: node c.js",
    { commands: { web: "node a.js", worker: "node b.js", release: "node c.js" }, warnings: [] },
  ],
  [
    "with colons in a command",
    "web: node a.js --url http://x:1",
    { commands: { web: "node a.js --url http://x:1" }, warnings: [] },
  ],
  ["with dots and dashes in a process type", "a.b-c_1: x", { commands: { "a.b-c_1": "x" }, warnings: [] }],
  [
    "with the command of the last line if several lines have one process type",
    "web: a\nweb: b",
    { commands: { web: "b" }, warnings: ["line 2 of Procfile replaces an earlier line for web"] },
  ],
  [
    "with warnings about malformed lines",
    "web\nmy web: x\nweb/a: x\nworker:\n..: x\nx: a\0b\n",
    {
      commands: {},
      warnings: [
        'line 1 of Procfile is ignored: it does not have the form "web: command"',
        'line 2 of Procfile is ignored: it does not have the form "web: command"',
        'line 3 of Procfile is ignored: it does not have the form "web: command"',
        "line 4 of Procfile is ignored: worker has no command",
        "line 5 of Procfile is ignored: the name of its process is not valid",
        "line 6 of Procfile is ignored: the name of its process is not valid",
      ],
    },
  ],
  [
    "with process types named like members of JavaScript objects",
    "__proto__: x\nconstructor: y",
    {
      commands: Object.fromEntries([
        ["__proto__", "x"],
        ["constructor", "y"],
      ]),
      warnings: [],
    },
  ],
  [
    "with 100 000 blanks before a command",
    `web:${" ".repeat(100_000)}a\u2028b`,
    { commands: { web: "a\u2028b" }, warnings: [] },
  ],
  [
    "with a command of the maximum length",
    `web: ${"x".repeat(131_071)}`,
    { commands: { web: "x".repeat(131_071) }, warnings: [] },
  ],
  [
    "with a warning about a command that is too long",
    `web: ${"ü".repeat(65_536)}`,
    {
      commands: {},
      warnings: ["line 1 of Procfile is ignored: its command is longer than 131071 bytes, the limit of Linux"],
    },
  ],
  ["as an empty list of commands if the file is empty", "", { commands: {}, warnings: [] }],
])("a Procfile is parsed %s", ([, text, expected]) => expect(parseProcfile(text)).toEqual(expected));

test.for<[string, Readonly<Record<string, string>>, LocatedProcfile | undefined]>([
  ["not found if there is none", { "web/x": "" }, undefined],
  [
    "that of the app if the project has none",
    { "web/x": "", Procfile: "web: a" },
    { dir: "", commands: { web: "a" }, warnings: [] },
  ],
  [
    "that of the project rather than the app's",
    { "web/Procfile": "web: b", Procfile: "web: a" },
    { dir: "web", commands: { web: "b" }, warnings: [] },
  ],
])("the Procfile of a project is %s", async ([, app, expected]) => {
  let found: LocatedProcfile | undefined;
  const buildpack = defineBuildpack({
    detect: () => pass(),
    async build({ app }) {
      found = await readProcfile(app, "web");
    },
  });
  await build(buildpack, { app });
  expect(found).toEqual(expected);
});
