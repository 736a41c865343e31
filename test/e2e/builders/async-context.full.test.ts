import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnbSucceeds, execute, pinnedNode, root } from "../../support/cnb.ts";

const source = `
import { AsyncLocalStorage } from "node:async_hooks";
import { execFile } from "node:child_process";
import { readFile } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { cachedLayer, defineBuildpack, pass, s } from "libcnb";

const names = new AsyncLocalStorage<string>();
const later = (call: (done: () => void) => unknown) =>
  new Promise<string>((resolve) => call(() => resolve(String(names.getStore()))));
const layer = (name: string) => cachedLayer(name, { build: true, metadata: s.table({ version: s.string }) });

export default defineBuildpack({
  async detect() {
    return names.run("plan", async () => {
      await null;
      return pass({ provides: [{ name: String(names.getStore()) }] });
    });
  },
  async build({ layers, run }) {
    const create = (name: string) => async () => {
      await sleep(1);
      await run("true");
      await run("sh", ["-c", \`echo \${name}\`]);
    };
    await Promise.all(
      ["one", "two"].map((name) => layers.provide(layer(name), { metadata: { version: "1" }, create: create(name) })),
    );
    await run("echo");
    const values = await names.run("value", async () => {
      await run("true");
      return {
        awaited: String(names.getStore()),
        timer: await later((done) => setTimeout(done, 1)),
        immediate: await later(setImmediate),
        tick: await later(process.nextTick),
        microtask: await later(queueMicrotask),
        file: await later((done) => readFile("/etc/passwd", done)),
        process: await later((done) => execFile("true", done)),
        event: await later((done) => execFile("true").on("close", done)),
      };
    });
    return { store: { ...values, outside: String(names.getStore()) } };
  },
});
`;
const runtimes = ["small", "script"] as const;
type Runtime = (typeof runtimes)[number];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "async-context-"));
  const buildpack = join(dir, "source");
  await mkdir(join(buildpack, "src"), { recursive: true });
  await symlink(join(root, "node_modules"), join(buildpack, "node_modules"));
  const descriptor = 'api = "0.10"\n[buildpack]\nid = "test/context"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n';
  await writeFile(join(buildpack, "buildpack.toml"), descriptor);
  await writeFile(join(buildpack, "src/buildpack.ts"), source);
  for (const runtime of runtimes) {
    const output = `oci:${dir}/${runtime}-package`;
    await cnbSucceeds(["buildpack", "package", buildpack, "--runtime", runtime, "--output", output]);
    const image = oci.imageFor(await oci.read(oci.parseImageReference(output)));
    await mkdir(join(dir, runtime));
    await oci.extract(image, join(dir, runtime), { ownership: "ignore" });
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Written {
  /** The text of the build plan or of store.toml. */
  readonly result: string;
  /** Each span with its parent, sorted. */
  readonly spans: readonly string[];
}

/** Runs a phase with telemetry. */
async function call(phase: "detect" | "build", runtime: Runtime): Promise<Written> {
  const world = await mkdtemp(join(dir, "world-"));
  for (const name of ["app", "layers", "platform"]) await mkdir(join(world, name));
  await writeFile(join(world, "plan.toml"), "");
  const buildpack = join(dir, runtime, "cnb/buildpacks/test_context/1.0.0");
  const { exitCode, stderr } = await execute(join(buildpack, "bin", phase), [], {
    cwd: join(world, "app"),
    env: {
      PATH: `${dirname(pinnedNode)}:/usr/bin:/bin`,
      CNB_BUILDPACK_DIR: buildpack,
      CNB_PLATFORM_DIR: join(world, "platform"),
      CNB_LAYERS_DIR: join(world, "layers"),
      CNB_BUILD_PLAN_PATH: join(world, "plan.toml"),
      CNB_BP_PLAN_PATH: join(world, "plan.toml"),
      CNB_TARGET_OS: "linux",
      CNB_TARGET_ARCH: "amd64",
      CNB_OTEL_LOG_PATH: join(world, "spans.jsonl"),
    },
  });
  expect([exitCode, stderr]).toEqual([0, ""]);
  const result = await readFile(join(world, phase === "detect" ? "plan.toml" : "layers/store.toml"), "utf8");
  return { result, spans: spansIn(await readFile(join(world, "spans.jsonl"), "utf8")) };
}

interface Span {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}

function spansIn(text: string): readonly string[] {
  const lines = text.trim().split("\n");
  const spans: readonly Span[] = lines.flatMap((line) => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans);
  const names = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans.map(({ name, parentSpanId = "" }) => `${name} in ${names.get(parentSpanId) ?? "none"}`).sort();
}

describe.for(runtimes)(
  'on the runtime "%s", a buildpack that uses AsyncLocalStorage while telemetry is on',
  (runtime) => {
    test("reads the stored value after an await in detect", async () => {
      expect(await call("detect", runtime)).toEqual({
        result: '[[provides]]\nname = "plan"\n',
        spans: ["detect in none"],
      });
    });

    test("reads the stored value after an await and in callbacks in build, and records the parent of each telemetry span", async () => {
      const { result, spans } = await call("build", runtime);
      const kept = ["awaited", "timer", "immediate", "tick", "microtask", "file", "process", "event"];
      const values = [...result.matchAll(/^(\w+) = "(.*)"$/gm)].map(([, name, value]) => [name, value]);
      expect(Object.fromEntries(values)).toEqual({
        ...Object.fromEntries(kept.map((name) => [name, "value"])),
        outside: "undefined",
      });
      expect(spans).toEqual([
        "build in none",
        "layer one in build",
        "layer two in build",
        "run echo in build",
        "run sh in layer one",
        "run sh in layer two",
        "run true in build",
        "run true in layer one",
        "run true in layer two",
      ]);
    });
  },
);
