// @needs processes
import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { callExecutable, descriptor, type Engine, executableOf } from "../../../test/support/conformance/executable.ts";
import { inTemporaryDirectory } from "../host/files/temporary-directory.ts";
import { writeFileMap } from "../host/files/tree.ts";

const buildpack = `{
  detect: ({ env }) => env.APPLIES === "no" ? fail("no") : pass(),
  async build({ layers, run, download, app }) {
    await layers.provide(cachedLayer("node", { launch: true, metadata: s.table({ version: s.string }) }), {
      metadata: { version: "1" },
      create: () => run("true", ["--token=hunter2"]),
    });
    const url = process.env.URL;
    if (url) await download(url, { to: app.path("x"), retry: { attempts: 3, delayMs: 1 } });
    if (process.env.FAIL) throw new UserError("BROKEN", "hunter2");
  },
}`;
const names = "cachedLayer, fail, pass, s, UserError";
const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

interface PrintedSpan {
  readonly name: string;
  readonly in: string;
  readonly attributes: object;
  readonly status: object;
}

/** The spans of a file, each with the name of its parent. */
function spansOf(text: string): readonly PrintedSpan[] {
  const spans = text
    .split("\n")
    .flatMap((line) => (line === "" ? [] : JSON.parse(line).resourceSpans[0].scopeSpans[0].spans));
  const named = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans.map(({ name, parentSpanId, attributes, status }) => ({
    name,
    in: named.get(parentSpanId) ?? parentSpanId,
    attributes: Object.fromEntries(
      attributes.map(({ key, value }: { key: string; value: object }) => [key, Object.values(value)[0]]),
    ),
    status,
  }));
}

/** Runs a phase with such variables; `<dir>` is a directory for telemetry. Gives what the phase did and what is in `<dir>/traces.jsonl`. */
async function calling(
  phase: string,
  env: Readonly<Record<string, string>>,
  prepare: (dir: string) => unknown = () => {},
  engine: Engine = "node",
) {
  return inTemporaryDirectory(async (dir) => {
    await prepare(dir);
    const variables = Object.fromEntries(
      Object.entries(env).map(([name, value]) => [name, value.replaceAll("<dir>", dir)]),
    );
    const outcome = await callExecutable(executableOf(buildpack, names), phase, {}, { env: variables, engine });
    const text = await readFile(join(dir, "traces.jsonl"), "utf8").catch(() => "");
    return { ...outcome, stderr: outcome.stderr.replaceAll(dir, "<dir>"), text };
  });
}

const file = { CNB_OTEL_LOG_PATH: "<dir>/traces.jsonl", CNB_OTEL_TRACEPARENT: traceparent };
const identity = { "cnb.buildpack.id": "test/x", "cnb.buildpack.version": "1.0.0", "cnb.buildpack.api": "0.10" };
const target = { "cnb.target.os": "linux", "cnb.target.arch": "amd64" };

describe("the telemetry of a phase", () => {
  test("describes a build, its layers, tools and downloads, without secrets", async () => {
    const { text, status } = await calling("build", { ...file, URL: "http://localhost:9/hunter2" });
    expect(status).toBe(1);
    const failed = { code: 2, message: "DOWNLOAD_FAILED" };
    expect(spansOf(text)).toEqual([
      {
        name: "run true",
        in: "layer node",
        attributes: { "process.executable.name": "true", "process.exit.code": "0" },
        status: {},
      },
      {
        name: "layer node",
        in: "build",
        attributes: { "cnb.layer.name": "node", "cnb.layer.state": "created", "cnb.layer.reason": "absent" },
        status: {},
      },
      {
        name: "download",
        in: "build",
        attributes: { "server.address": "localhost", "cnb.download.attempts": "3", "error.type": "DOWNLOAD_FAILED" },
        status: failed,
      },
      {
        name: "build",
        in: "b7ad6b7169203331",
        attributes: { ...identity, ...target, "error.type": "DOWNLOAD_FAILED" },
        status: failed,
      },
    ]);
    expect(text).not.toContain("hunter2");
  });

  test.for<[string, number, Engine]>([
    ["yes", 0, "node"],
    ["no", 100, "node"],
    ["yes", 0, "small"],
    ["no", 100, "small"],
  ])("describes detect with result %s and exit code %i with the runtime %s", async ([applies, exitCode, engine]) => {
    const env = { BP_TELEMETRY_FILE: "<dir>/traces.jsonl", APPLIES: applies };
    const { text, status } = await calling("detect", env, () => {}, engine);
    expect(status).toBe(exitCode);
    const attributes = { ...identity, ...target, "process.exit.code": String(exitCode) };
    expect(spansOf(text)).toEqual([{ name: "detect", in: undefined, attributes, status: {} }]);
  });

  test.for<Engine>(["node", "small"])("is appended to an existing file with the runtime %s", async (engine) => {
    const { text } = await calling("detect", file, (dir) => writeFile(join(dir, "traces.jsonl"), "{}\n"), engine);
    expect(text).toMatch(/^\{\}\n\{"resourceSpans":.*\}\n$/);
  });

  const mkfifo = (file: string) =>
    new Promise((done, reject) => spawn("mkfifo", [file]).once("close", done).once("error", reject));

  test.for<[string, string, (dir: string) => unknown, string]>([
    ["its path is a directory", "<dir>", () => {}, "EISDIR: illegal operation on a directory, open '<dir>'"],
    ["its directory does not exist", "<dir>/a/b", () => {}, "ENOENT: no such file or directory, open '<dir>/a/b'"],
    [
      "its parent is not a directory",
      "<dir>/a/b",
      (dir) => writeFile(join(dir, "a"), ""),
      "ENOTDIR: not a directory, open '<dir>/a/b'",
    ],
    [
      "its path is a pipe without a reader",
      "<dir>/pipe",
      (dir) => mkfifo(join(dir, "pipe")),
      "ENXIO: no such device or address, open '<dir>/pipe'",
    ],
  ])("is not written, without failing the build, if %s", async ([, path, prepare, reason]) => {
    const { status, stderr, stdout } = await calling("build", { CNB_OTEL_LOG_PATH: path }, prepare);
    expect({ status, stderr, stdout }).toMatchObject({
      status: 0,
      stderr: `WARNING: Telemetry could not be written: ${reason}\n`,
    });
  });

  test("is complete up to the point at which the process was killed", async () => {
    await inTemporaryDirectory(async (root) => {
      const waiting = `{ detect: () => pass(), build: async ({ run }) => { await run("true"); await run("sleep", ["60"]); } }`;
      await writeFileMap(root, {
        "app/": "",
        "layers/": "",
        "platform/": "",
        "plan.toml": "",
        "bp/buildpack.toml": descriptor,
      });
      await mkdir(join(root, "bp/bin"));
      await writeFileMap(root, { "bp/bin/main.mjs": executableOf(waiting, names), "bp/bin/build": "-> main.mjs" });
      const traces = join(root, "traces.jsonl");
      const child = spawn(process.execPath, ["--conditions=@libcnb/source", join(root, "bp/bin/build")], {
        cwd: join(root, "app"),
        env: {
          PATH: process.env.PATH,
          CNB_BUILDPACK_DIR: join(root, "bp"),
          CNB_PLATFORM_DIR: join(root, "platform"),
          CNB_LAYERS_DIR: join(root, "layers"),
          CNB_BP_PLAN_PATH: join(root, "plan.toml"),
          CNB_TARGET_OS: "linux",
          CNB_TARGET_ARCH: "amd64",
          CNB_OTEL_LOG_PATH: traces,
        },
        stdio: "ignore",
      });
      const text = () => readFile(traces, "utf8").catch(() => "");
      await expect.poll(text, { timeout: 30_000 }).toMatch(/\n$/);
      const ended = new Promise((done) => child.once("close", done));
      child.kill("SIGKILL");
      await ended;
      expect(spansOf(await text()).map(({ name }) => name)).toEqual(["run true"]);
    });
  });
});
