// @needs bwrap
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute } from "../../support/cnb.ts";
import { type PackagedPhases, packagedPhases, type Runtime, runtimes } from "../../support/hostile/packaged-phases.ts";

const sources = {
  "src/buildpack.ts": `
import { execFile } from "node:child_process";
import { EventEmitter } from "node:events";
import { defineBuildpack, fail, pass } from "libcnb";
import { downloadAll } from "./downloads.ts";

const later = () => new Promise((done) => setTimeout(done, 60_000));
const nothing = globalThis.nothing;

/** Each is run if the app has a file of its name. */
const actions = {
  thrown() {
    throw new Error("thrown at once");
  },
  type() {
    return nothing.name;
  },
  notFunction() {
    return nothing();
  },
  cause() {
    try {
      return JSON.parse("{");
    } catch (cause) {
      throw new Error("the file is not JSON", { cause });
    }
  },
  text() {
    throw "a text";
  },
  endless() {
    return actions.endless();
  },
  deep: () => downloadAll(["/", "/dev/null"]),
  lost() {
    void Promise.reject(new Error("lost"));
    return later();
  },
  timer() {
    setTimeout(() => {
      throw new Error("late");
    });
    return later();
  },
  tick() {
    process.nextTick(() => {
      throw new Error("on the next tick");
    });
    return later();
  },
  callback() {
    execFile("true", () => {
      throw new Error("called back");
    });
    return later();
  },
  event() {
    new EventEmitter().emit("error", new Error("nobody listens"));
  },
  exit: () => process.exit(7),
  forever: () => new Promise(() => {}),
};

async function act(app) {
  for (const [name, action] of Object.entries(actions)) if (await app.exists(name)) await action();
}

export default defineBuildpack({
  async detect({ app, log }) {
    await act(app);
    return (await app.exists("pass")) ? pass() : fail("none");
  },
  async build({ app, log, run }) {
    await act(app);
    if (await app.exists("import")) log.info((await import("node:path")).basename("a/b"));
    if (await app.exists("loop")) for (log.info("ready"); ; );
    if (await app.exists("wait")) await run("sh", ["-c", "trap 'echo cleaned up; exit 0' TERM; echo ready; sleep 60 & wait"], { shownAs: "sh" });
  },
});
`,
  "src/downloads.ts": `
import { readFile } from "node:fs/promises";

export async function downloadAll(files: readonly string[]): Promise<void> {
  await new Promise((done) => setTimeout(done, 1));
  for (const file of files) await download(file);
}

async function download(file: string): Promise<void> {
  await readFile(file).catch(() => refuse(file));
}

function refuse(file: string): never {
  throw new RangeError(\`\${file} cannot be read\`);
}
`,
};

/** The file and line of the first line that contains a text. */
function lineOf(text: string): string {
  for (const [file, source] of Object.entries(sources)) {
    const index = source.split("\n").findIndex((line) => line.includes(text));
    if (index >= 0) return `${file}:${index + 1}`;
  }
  throw new Error(`no source contains ${text}`);
}

/**
 * An error as both runtimes print it: V8 and quickjs-ng count columns differently, and only V8 knows which functions wait for a promise.
 */
const shown = (stderr: string): string =>
  stderr
    .replaceAll(/^ {4}at (?:.* \()?(\S+:\d+):\d+\)?$/gm, "    at $1")
    .replaceAll(/(\n {4}at .*)(\n {4}at .*)+/g, "$1");

interface Failure {
  readonly title: string;
  readonly action: string;
  /** The text of the error, which the engines word differently if it is their own. */
  readonly message: string | Readonly<Record<Runtime, string>>;
  /** A text in the author's line that the error names. Default: none */
  readonly at?: string;
  readonly cause?: string;
  readonly hint?: string;
}

const thrown: readonly Failure[] = [
  {
    title: "throws an error",
    action: "thrown",
    message: "unexpected Error: thrown at once",
    at: "thrown at once",
  },
  {
    title: "reads a property of undefined",
    action: "type",
    message: {
      node: "unexpected TypeError: Cannot read properties of undefined (reading 'name')",
      small: "unexpected TypeError: cannot read property 'name' of undefined",
    },
    at: "nothing.name",
  },
  {
    title: "calls undefined",
    action: "notFunction",
    message: {
      node: "unexpected TypeError: nothing is not a function",
      small: "unexpected TypeError: not a function",
    },
    at: "nothing()",
  },
  {
    title: "throws an error with a cause",
    action: "cause",
    message: "unexpected Error: the file is not JSON",
    at: "the file is not JSON",
    cause: "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
  },
  {
    title: "calls itself without end",
    action: "endless",
    message: "unexpected RangeError: Maximum call stack size exceeded",
    at: "actions.endless()",
  },
  { title: "throws a text", action: "text", message: "a text was thrown, which is not an Error" },
  {
    title: "throws an error in a function of another file, after several promises",
    action: "deep",
    message: "unexpected RangeError: / cannot be read",
    at: "cannot be read",
  },
  { title: "rejects a promise without a handler", action: "lost", message: "unexpected Error: lost", at: '"lost"' },
  { title: "throws an error in a timer", action: "timer", message: "unexpected Error: late", at: '"late"' },
  {
    title: "throws an error on the next tick",
    action: "tick",
    message: "unexpected Error: on the next tick",
    at: "on the next tick",
  },
  {
    title: "throws an error in a callback of a process",
    action: "callback",
    message: "unexpected Error: called back",
    at: "called back",
  },
  {
    title: "emits an error event without a listener",
    action: "event",
    message: "unexpected Error: nobody listens",
    at: "nobody listens",
  },
];
const unfinished = (phase: string): readonly Failure[] => [
  {
    title: "calls process.exit",
    action: "exit",
    message: `the buildpack exited with exit code 7 before ${phase} had completed (BUILDPACK_UNFINISHED)`,
    hint: "Return from the function, or throw an error, instead of calling process.exit().",
  },
  {
    title: "awaits a promise that never settles",
    action: "forever",
    message: `${phase} awaits a promise that never settles (BUILDPACK_UNFINISHED)`,
    hint: "Find the promise that never settles, for example a request without a timeout.",
  },
];

const report = "Report this to the authors of the buildpack.";

const lines = (runtime: Runtime, phase: string, { message, at, cause, hint = report }: Failure): string =>
  [
    `ERROR: ${typeof message === "string" ? message : message[runtime]}`,
    ...(at === undefined ? [] : [`    at ${lineOf(at)}`]),
    ...(cause === undefined ? [] : [`  caused by: ${cause}`]),
    `  in ${phase} of test/hardened@1.0.0, a mistake of the buildpack`,
    `HINT: ${hint}\n`,
  ].join("\n");

describe.for(runtimes)("a buildpack on the runtime %s", (runtime) => {
  let dir: string;
  let packaged: PackagedPhases;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "failing-"));
    packaged = await packagedPhases(dir, runtime, sources);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  describe.for(["detect", "build"] as const)("fails %s with the author's file and line if it", (phase) => {
    test.for([...thrown, ...unfinished(phase)])("$title", async (failure) => {
      const { exitCode, stdout, stderr } = await packaged.call(phase, { app: [failure.action] });
      expect([exitCode, stdout, shown(stderr)]).toEqual([1, "", lines(runtime, phase, failure)]);
    });
  });

  test("names the function of an error whose name was minified", async () => {
    const { stderr } = await packaged.call("build", { app: ["deep"] });
    const [, first] = stderr.split("\n");
    expect(first?.replace(/:\d+\)$/, ")")).toBe(`    at refuse (${lineOf("cannot be read")})`);
  });

  test("runs without /proc", async () => {
    const wrapper = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--tmpfs", "/proc"];
    const expected = { exitCode: 100, stdout: "  none\n", stderr: "", files: [] };
    expect(await packaged.call("detect", { wrapper, env: { LD_PRELOAD: "" } })).toEqual(expected);
  });

  test("loads Node.js modules only when they are used", async () => {
    const { exitCode, stdout, stderr } = await packaged.call("build", { app: ["import"] });
    expect([exitCode, stdout, stderr]).toEqual([0, "  b\n", ""]);
  });

  test("passes if detect passes", async () => {
    const expected = { exitCode: 0, stdout: "", stderr: "", files: [] };
    expect(await packaged.call("detect", { app: ["pass"] })).toEqual(expected);
  });

  test.for([
    ["is broken", `"mappings":"`, `"mappings":1`],
    ["is not JSON", `{"version":3,"sources":["`, `{"version":3 "sources":["`],
  ] as const)("shows an error with the raw stack if its source map %s", async ([, found, put]) => {
    const broken = join(dir, `broken-${put.length}`);
    await cp(dirname(packaged.bin), broken, { recursive: true, verbatimSymlinks: true });
    const file = join(broken, "bin", basename(packaged.program));
    const program = await readFile(file);
    const at = program.lastIndexOf(found);
    expect(at).toBeGreaterThan(0);
    program.write(put, at, "latin1");
    await writeFile(file, program);
    const { cwd, env } = await packaged.world({ app: ["thrown"] });
    const { exitCode, stderr } = await execute(join(broken, "bin/build"), [], { cwd, env });
    const [first, frame = "", ...rest] = stderr.split("\n");
    expect([exitCode, first, rest.at(-3)]).toEqual([
      1,
      "ERROR: unexpected Error: thrown at once",
      "  in build of test/hardened@1.0.0, a mistake of the buildpack",
    ]);
    expect(frame).toMatch(/^ {4}at thrown \(\S+\.c?js:\d+:\d+\)$/);
  });

  test("is ended by a signal even in an endless loop", async () => {
    const { cwd, env } = await packaged.world({ app: ["loop"] });
    const child = spawn(join(packaged.bin, "build"), { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => child.kill("SIGTERM"));
    expect(await once(child, "close")).toEqual([null, "SIGTERM"]);
  });

  test.for([
    ["are not read", 'exec 3>&1; { "$0"; echo $? >&3; } | true'],
    ["are closed", '"$0" <&- >&- 2>&-; echo $?'],
  ] as const)("continues if its outputs %s", async ([, script]) => {
    const { cwd, env } = await packaged.world({});
    const { stdout } = await execute("sh", ["-c", script, join(packaged.bin, "build")], { cwd, env });
    expect(stdout).toBe("0\n");
  });

  test("fails even if its error cannot be written", async () => {
    const { cwd, env } = await packaged.world({ app: ["thrown"] });
    const script = ["-c", '"$0" 2> /dev/full; echo $?', join(packaged.bin, "build")];
    const { stdout } = await execute("sh", script, { cwd, env });
    expect(stdout.endsWith("1\n")).toBe(true);
  });

  test("is ended by a signal, and so are the tools that it runs", async () => {
    const { cwd, env } = await packaged.world({ app: ["wait"] });
    const child = spawn(join(packaged.bin, "build"), { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk) => {
      const wasReady = output.includes("    ready\n");
      output += chunk;
      if (!wasReady && output.includes("    ready\n")) child.kill("SIGTERM");
    });
    const [code, signal] = await once(child, "close");
    expect({ code, signal, output }).toEqual({
      code: 143,
      signal: null,
      output: "  $ sh\n    ready\n    cleaned up\n",
    });
  });
});
