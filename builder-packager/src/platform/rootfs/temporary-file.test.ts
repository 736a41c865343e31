import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeTemporaryFile } from "./temporary-file.ts";

let location: string;
let dir: string;

beforeEach(async () => {
  location = await mkdtemp(join(tmpdir(), "temporary-file-"));
  dir = join(location, "tmp");
  await mkdir(dir);
});
afterEach(() => rm(location, { recursive: true, force: true }));

/** Puts links in place of every directory that appears, as a hostile buildpack does that runs beside others. */
const swapping = `
const { workerData: { dir, victim }, parentPort } = require("node:worker_threads");
const fs = require("node:fs");
const done = new Set();
let stop = false;
const round = () => {
  for (const name of fs.readdirSync(dir)) {
    if (done.has(name)) continue;
    done.add(name).add("old-" + name);
    try {
      fs.renameSync(dir + "/" + name, dir + "/old-" + name);
      fs.symlinkSync(victim, dir + "/" + name);
    } catch {}
  }
};
parentPort.on("message", () => { stop = true; });
parentPort.postMessage("ready");
const loop = () => { for (let i = 0; i < 200; i++) round(); if (stop) parentPort.close(); else setImmediate(loop); };
loop();
`;

test("a process that replaces directories during a write cannot redirect the write", async () => {
  const victim = join(location, "victim");
  await mkdir(victim, { mode: 0o755 });
  await writeFile(join(victim, "plan.toml"), "the host's");
  const worker = new Worker(swapping, { eval: true, workerData: { dir, victim } });
  await new Promise((resolve) => worker.once("message", resolve));
  const owner = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : undefined;
  for (let count = 0; count < 100; count++)
    await writeTemporaryFile(dir, { prefix: "plan.", name: "plan.toml", text: "", owner }).catch(() => undefined);
  worker.postMessage("stop");
  await new Promise((resolve) => worker.once("exit", resolve));
  expect(await readFile(join(victim, "plan.toml"), "utf8")).toBe("the host's");
  expect((await stat(victim)).uid).toBe(process.getuid?.());
  expect((await stat(join(victim, "plan.toml"))).uid).toBe(process.getuid?.());
});

test("writing a file into a temporary directory leaves no other file behind", async () => {
  const path = await writeTemporaryFile(dir, { prefix: "plan.", name: "plan.toml", text: "x", owner: undefined });
  expect(await readFile(join(dir, path), "utf8")).toBe("x");
  expect(await readdir(location)).toEqual(["tmp"]);
});
