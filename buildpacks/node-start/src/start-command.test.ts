import { describe, expect, test } from "vitest";
import { type StartSources, startCommand } from "./start-command.ts";

const given = (sources: Partial<Omit<StartSources, "has">> & { files?: readonly string[] }): StartSources => ({
  launchpoint: undefined,
  scripts: {},
  main: undefined,
  ...sources,
  has: (file) => (sources.files ?? []).includes(file),
});

describe("the start command", () => {
  test.for<[string, StartSources, readonly string[] | undefined, string | undefined]>([
    [
      "runs a plain node script without npm",
      given({ scripts: { start: "node dist/server.js" } }),
      ["node", "dist/server.js"],
      "scripts.start in package.json",
    ],
    [
      "keeps the flags of a plain node script",
      given({ scripts: { start: " node  --enable-source-maps server.js --port=1 " } }),
      ["node", "--enable-source-maps", "server.js", "--port=1"],
      "scripts.start in package.json",
    ],
    [
      "leaves shell syntax to npm",
      given({ scripts: { start: "node migrate.js && node server.js" } }),
      ["npm", "start"],
      "scripts.start in package.json",
    ],
    [
      "leaves a variable to npm",
      given({ scripts: { start: "node $MAIN" } }),
      ["npm", "start"],
      "scripts.start in package.json",
    ],
    [
      "leaves quotes to npm",
      given({ scripts: { start: 'node "my server.js"' } }),
      ["npm", "start"],
      "scripts.start in package.json",
    ],
    [
      "leaves an assignment to npm",
      given({ scripts: { start: "DEBUG=1 node server.js" } }),
      ["npm", "start"],
      "scripts.start in package.json",
    ],
    [
      "leaves another program to npm",
      given({ scripts: { start: "next start" } }),
      ["npm", "start"],
      "scripts.start in package.json",
    ],
    [
      "leaves a bare node to npm",
      given({ scripts: { start: "node" } }),
      ["npm", "start"],
      "scripts.start in package.json",
    ],
    [
      "leaves a script with a hook to npm",
      given({ scripts: { prestart: "node migrate.js", start: "node server.js" } }),
      ["npm", "start"],
      "scripts.start in package.json",
    ],
    [
      "prefers BP_LAUNCHPOINT to all else",
      given({ launchpoint: "bin/www", scripts: { start: "node server.js" }, files: ["server.js"] }),
      ["node", "bin/www"],
      "BP_LAUNCHPOINT",
    ],
    [
      "ignores an empty start script",
      given({ scripts: { start: " " }, files: ["index.js"] }),
      ["node", "index.js"],
      "the file name index.js",
    ],
    [
      "prefers main to a conventional name",
      given({ main: "lib/run.js", files: ["lib/run.js", "server.js"] }),
      ["node", "lib/run.js"],
      "main in package.json",
    ],
    [
      "skips a main that does not exist",
      given({ main: "index.js", files: ["app.mjs"] }),
      ["node", "app.mjs"],
      "the file name app.mjs",
    ],
    [
      "prefers server to index",
      given({ files: ["index.js", "server.cjs"] }),
      ["node", "server.cjs"],
      "the file name server.cjs",
    ],
    ["is unknown when there is nothing", given({ files: ["style.css"] }), undefined, undefined],
  ])("%s", ([, sources, command, source]) => {
    const chosen = startCommand(sources);
    expect(chosen?.command).toEqual(command);
    expect(chosen?.source).toBe(source);
  });
});
