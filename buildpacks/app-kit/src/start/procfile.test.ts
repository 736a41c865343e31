import { defineBuildpack, pass } from "libcnb";
import { build } from "libcnb/testing";
import { expect, test } from "vitest";
import { type LocatedProcfile, type Procfile, parseProcfile, readProcfile } from "./procfile.ts";

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
  ["many blanks", `web:${" ".repeat(100_000)}a\u2028b`, { commands: { web: "a\u2028b" }, warnings: [] }],
  [
    "a command as long as one may be",
    `web: ${"x".repeat(131_071)}`,
    { commands: { web: "x".repeat(131_071) }, warnings: [] },
  ],
  [
    "a command that is too long",
    `web: ${"ü".repeat(65_536)}`,
    {
      commands: {},
      warnings: ["line 1 of Procfile is ignored: its command has more than 131071 bytes, which Linux cannot start"],
    },
  ],
  ["nothing", "", { commands: {}, warnings: [] }],
])("Procfile: %s", ([, text, expected]) => expect(parseProcfile(text)).toEqual(expected));

test.for<[string, Readonly<Record<string, string>>, LocatedProcfile | undefined]>([
  ["none", { "web/x": "" }, undefined],
  ["the app's", { "web/x": "", Procfile: "web: a" }, { dir: "", commands: { web: "a" }, warnings: [] }],
  [
    "the project's",
    { "web/Procfile": "web: b", Procfile: "web: a" },
    { dir: "web", commands: { web: "b" }, warnings: [] },
  ],
])("the Procfile %s is parsed", async ([, app, expected]) => {
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
