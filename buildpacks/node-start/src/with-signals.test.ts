// @needs processes

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withSignals, writeWithSignals } from "libcnb/kit";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

// A second signal would end it early: it would not say goodbye. Its child must get none.
const app = `
  const { fork } = require("node:child_process");
  if (process.argv[2] === "child") process.on("SIGTERM", () => console.log("the child got it")).on("disconnect", () => process.exit());
  else {
    for (const signal of ["SIGTERM", "SIGINT"])
      process.once(signal, () => {
        console.log(signal);
        setTimeout(() => { console.log("goodbye"); process.exit(Number(process.env.CODE ?? 0)); }, 300);
      });
    fork(__filename, ["child"]).on("spawn", () => console.log("ready"));
  }
`;
const scripts = {
  start: "node app.js",
  prestart: "node say.js before",
  poststart: "node say.js behind",
  chain: "node say.js one && node app.js",
  list: "node say.js one; node app.js; exit $?",
  nested: "npm run chain",
  deaf: "node deaf.js",
  fails: "node say.js one && exit 7",
};

let dir: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "with-signals-"));
  await writeWithSignals(dir);
  await writeFiles(dir, {
    "package.json": JSON.stringify({ name: "app", version: "1.0.0", license: "MIT", scripts }),
    "app.js": app,
    "say.js": "console.log(process.argv[2])",
    "deaf.js": "setInterval(() => {}, 1000); console.log('ready')",
  });
});
afterAll(async () => {
  for (const each of running) each.kill("SIGKILL");
  await rm(dir, { recursive: true });
});

const wrapper = () => join(dir, "bin", withSignals);

/** The directory of a package manager, which comes first in PATH. */
const bin = () => join(dir, "tool/node_modules/.bin");

/** Starts a process as the launcher does, gives it a signal when it is ready, and tells how it ended. */
async function ended(command: readonly string[], signal: NodeJS.Signals | "none", env: NodeJS.ProcessEnv = {}) {
  const PATH = [bin(), dirname(process.execPath), process.env.PATH].join(":");
  const child = spawn(wrapper(), command, {
    cwd: dir,
    env: { ...process.env, PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.push(child);
  const lines: string[] = [];
  let isReported = signal === "none";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      lines.push(...String(data).split("\n"));
      if (isReported || !lines.includes("ready")) return;
      isReported = true;
      child.kill(signal as NodeJS.Signals);
    });
  const [code] = await once(child, "close");
  const own = ["before", "one", "ready", "SIGTERM", "SIGINT", "goodbye", "behind", "the child got it"];
  return { code, lines: lines.filter((line) => own.includes(line)) };
}

type Case = [
  command: string,
  signal: NodeJS.Signals | "none",
  env: NodeJS.ProcessEnv,
  code: number,
  lines: readonly string[],
];

const usual: readonly Case[] = [
  ["npm run chain", "SIGTERM", {}, 0, ["one", "ready", "SIGTERM", "goodbye"]],
  ["npm start", "SIGTERM", {}, 0, ["before", "ready", "SIGTERM", "goodbye", "behind"]],
  ["sh -c node_say.js_one;_node_app.js;_exit_$?", "SIGINT", { CODE: "3" }, 3, ["one", "ready", "SIGINT", "goodbye"]],
  ["sh -c exit_7", "none", {}, 7, []],
];

const others: readonly Case[] = [
  ["npm run nested", "SIGTERM", { CODE: "5" }, 5, ["one", "ready", "SIGTERM", "goodbye"]],
  ["npm run list", "SIGINT", {}, 0, ["one", "ready", "SIGINT", "goodbye"]],
  ["npm run deaf", "SIGTERM", {}, 143, ["ready"]],
  ["npm run fails", "none", {}, 7, ["one"]],
  ["sh -c node_app.js", "SIGTERM", {}, 0, ["ready", "SIGTERM", "goodbye"]],
  ["node app.js", "SIGTERM", {}, 0, ["ready", "SIGTERM", "goodbye"]],
];

const isAll = process.env.LIBCNB_TEST_ALL === "1";

test.for(isAll ? [...usual, ...others] : usual)(
  "with-signals with the command %j, the signal %j and the environment %j exits with %s",
  async ([line, signal, env, code, lines]) => {
    const command = line.split(" ").map((word) => word.replaceAll("_", " "));
    expect(await ended(command, signal, env)).toEqual({ code, lines });
  },
);

test("with-signals works without a standard input", () => {
  expect(execFileSync("sh", ["-c", '"$0" cat <&-', wrapper()], { encoding: "utf8" })).toBe("");
});

const managers = isAll
  ? [
      "npm@10.9.4",
      "npm@11.21.2",
      "yarn@1.22.22",
      "@yarnpkg/cli-dist@4.18.1",
      "pnpm@8.15.9",
      "pnpm@10.34.9",
      "pnpm@11.28.10",
      "bun@1.4.5",
    ]
  : [];

test.for(managers)("with-signals waits for the whole output of %s and its scripts", async (tool) => {
  await rm(join(dir, "tool"), { recursive: true, force: true });
  execFileSync("npm", ["install", "--prefix", join(dir, "tool"), "--no-audit", "--no-fund", tool], { stdio: "ignore" });
  const isBerry = tool.startsWith("@yarnpkg");
  const name = isBerry ? "yarn" : tool.split("@")[0];
  if (isBerry) {
    await writeFiles(dir, {
      "yarn.lock": "",
      ".yarnrc.yml": "enableTelemetry: false\nenableImmutableInstalls: false\n",
    });
    execFileSync(join(bin(), "yarn"), ["install"], { cwd: dir, stdio: "ignore" });
  }
  const app = { code: 0, lines: ["ready", "SIGTERM", "goodbye"] };
  const hasHooks = !isBerry && !tool.startsWith("pnpm@8"); // pnpm has them since 9
  const hooks = hasHooks ? ["before", ...app.lines, "behind"] : app.lines;
  expect(await ended([`${name}`, "run", "start"], "SIGTERM")).toEqual({ code: 0, lines: hooks });
  expect(await ended([`${name}`, "run", "chain"], "SIGTERM")).toEqual({ code: 0, lines: ["one", ...app.lines] });
  expect(await ended([`${name}`, "run", "fails"], "none")).toEqual({ code: 7, lines: ["one"] });
});
