// @needs busybox, bwrap
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageBuildpack } from "../../../builder-packager/src/buildpackage/package.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { execute, root } from "../../support/cnb.ts";

// A buildpack as an author writes it, packaged and unpacked as a builder holds it: what runs here is what runs in a build.
const source = `
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { defineBuildpack, fail, pass } from "libcnb";

const names = (env) => Object.keys(env).sort();

export default defineBuildpack({
  async detect({ app, log }) {
    if (await app.exists("started")) log.info(readFileSync("/proc/self/environ", "latin1").split("\\0").join("\\n"));
    if (await app.exists("exit")) process.exit(100);
    return (await app.exists("pass")) ? pass() : fail("none");
  },
  async build({ app, env, log, run }) {
    if (await app.exists("exit")) process.exit(0);
    if (await app.exists("lost")) void Promise.reject(new Error("lost"));
    if (await app.exists("import")) return log.info((await import("node:path")).basename("a/b"));
    if (await app.exists("timer")) setTimeout(() => { throw new Error("late"); });
    if (await app.exists("timer")) await new Promise((done) => setTimeout(done, 60_000));
    if (await app.exists("loop")) for (log.info("ready"); ; );
    if (await app.exists("forever")) return new Promise(() => {});
    if (await app.exists("wait")) await run("sh", ["-c", "trap 'echo cleaned up; exit 0' TERM; echo ready; sleep 60 & wait"], { shownAs: "sh" });
    const { stdout } = await run("env", [], { output: "capture" });
    const own = spawnSync("env", { encoding: "utf8" }).stdout;
    log.info(JSON.stringify({ context: env, tool: stdout.trim().split("\\n"), process: names(process.env), own: own.trim().split("\\n") }));
  },
});
`;
const descriptor = `api = "0.10"\n[buildpack]\nid = "test/hardened"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`;
const arch = process.arch === "arm64" ? "arm64" : "amd64";

let dir: string;
let bin: string;

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "hardening-"));
  await write(join(dir, "source"), { "buildpack.toml": descriptor, "src/buildpack.ts": source });
  await mkdir(join(dir, "source/node_modules"));
  await symlink(join(root, "framework"), join(dir, "source/node_modules/libcnb"));
  const targets = [`linux/${arch}`];
  const request = { dir: "source", outputs: ["oci:layout"], format: undefined, targets, runtime: "node" } as const;
  const context = { env: process.env, cwd: dir, reporter: silentReporter };
  await packageBuildpack({ ...request, config: undefined, flatten: true, registry: {} }, context);
  bin = join(await unpacked(join(dir, "layout")), "cnb/buildpacks/test_hardened/1.0.0/bin");
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The files of the only layer of an image. */
async function unpacked(layout: string): Promise<string> {
  const blob = (digest: string) => join(layout, "blobs", digest.replace(":", "/"));
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8"));
  const manifest = JSON.parse(await readFile(blob(index.manifests[0].digest), "utf8"));
  const files = join(dir, "files");
  await mkdir(files);
  const { exitCode } = await execute("tar", ["-xf", blob(manifest.layers[0].digest), "-C", files]);
  expect(exitCode).toBe(0);
  return files;
}

interface Inputs {
  /** Files of the application. */
  readonly app?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that the user set for the build. */
  readonly user?: Readonly<Record<string, string>>;
  /** Further files of the platform directory. */
  readonly platform?: Readonly<Record<string, string>>;
  /** Started before the phase: a sandbox. */
  readonly wrapper?: readonly string[];
  /** Executes bin/main itself under the name of the phase. */
  readonly direct?: boolean;
}

/** The directories of a build, and how its phases are called. */
async function world({ app = [], env = {}, user = {}, platform = {} }: Inputs) {
  const world = await mkdtemp(join(dir, "world-"));
  for (const name of ["app", "layers", "platform/env", "scratch"]) await mkdir(join(world, name), { recursive: true });
  await write(join(world, "app"), Object.fromEntries(app.map((name) => [name, ""])));
  await write(join(world, "platform/env"), user);
  await write(join(world, "platform"), platform);
  await writeFile(join(world, "plan.toml"), "");
  const scratch = Object.entries({ ...env, ...user }).map(([name, value]) => [
    name,
    value.replace("<scratch>", join(world, "scratch")),
  ]);
  return {
    scratch: join(world, "scratch"),
    cwd: join(world, "app"),
    env: {
      PATH: process.env.PATH ?? "",
      CNB_BUILDPACK_DIR: dirname(bin),
      CNB_PLATFORM_DIR: join(world, "platform"),
      CNB_LAYERS_DIR: join(world, "layers"),
      CNB_BUILD_PLAN_PATH: join(world, "plan.toml"),
      CNB_BP_PLAN_PATH: join(world, "plan.toml"),
      CNB_TARGET_OS: "linux",
      CNB_TARGET_ARCH: arch,
      ...Object.fromEntries(scratch),
    },
  };
}

async function call(phase: "detect" | "build", given: Inputs = {}) {
  const { scratch, cwd, env } = await world(given);
  const file = join(bin, given.direct ? "main" : phase);
  const [command = "", ...args] = [...(given.wrapper ?? []), file];
  const options = { cwd, env, ...(given.direct && { argv0: join(bin, phase) }) };
  const { exitCode, stdout, stderr } = await execute(command, args, options);
  return { exitCode, stdout, stderr, files: await readdir(scratch) };
}

const untouched = { exitCode: 100, stdout: "  none\n", stderr: "", files: [] };

// What each would do, and does to the executable without the program that starts it, is in the second column.
const variables: readonly (readonly [name: string, effect: string | undefined, value: string])[] = [
  ["LD_PRELOAD", "stderr", "/no/such.so"],
  ["LD_AUDIT", "stderr", "/no/such.so"],
  ["LD_LIBRARY_PATH", "exitCode", "<scratch>/../platform/lib"],
  ["LD_DEBUG", "stderr", "libs"],
  ["LD_DEBUG_OUTPUT", undefined, "<scratch>/debug"],
  ["LD_SHOW_AUXV", "stdout", "1"],
  ["LD_TRACE_LOADED_OBJECTS", "stdout", "1"],
  ["LD_BIND_NOW", undefined, "1"],
  ["GLIBC_TUNABLES", undefined, "glibc.malloc.check=3"],
  ["GCONV_PATH", undefined, "<scratch>"],
  ["MALLOC_PERTURB_", undefined, "165"],
  ["OPENSSL_CONF", undefined, "<scratch>/none.cnf"],
  ["OPENSSL_MODULES", undefined, "<scratch>"],
  ["OPENSSL_ENGINES", undefined, "<scratch>"],
  ["SSLKEYLOGFILE", undefined, "<scratch>/keys"],
  ["ICU_DATA", undefined, "<scratch>"],
  ["UV_THREADPOOL_SIZE", undefined, "1"],
  ["NODE_OPTIONS", undefined, "--require=<scratch>/evil.cjs --no-such-option"],
  ["NODE_PATH", undefined, "<scratch>"],
  ["NODE_EXTRA_CA_CERTS", undefined, "<scratch>/none.pem"],
  ["NODE_TLS_REJECT_UNAUTHORIZED", undefined, "0"],
  ["NODE_V8_COVERAGE", "files", "<scratch>/coverage"],
  ["NODE_COMPILE_CACHE", "files", "<scratch>/cache"],
  ["NODE_REPL_EXTERNAL_MODULE", "exitCode", "<scratch>/evil.cjs"],
  ["NODE_ICU_DATA", undefined, "<scratch>"],
  ["NODE_DEBUG", undefined, "fs,module"],
  ["NODE_DEBUG_NATIVE", undefined, "mksnapshot"],
  ["NODE_REDIRECT_WARNINGS", undefined, "<scratch>/warnings"],
  ["NODE_PENDING_DEPRECATION", undefined, "1"],
  ["NODE_CHANNEL_FD", undefined, "1"],
  ["NODE_UNIQUE_ID", undefined, "1"],
  ["NODE_TEST_CONTEXT", undefined, "child"],
  ["NODE_SKIP_PLATFORM_CHECK", undefined, "1"],
  ["BUN_OPTIONS", undefined, "--preload=<scratch>/evil.cjs"],
  ["BUN_BE_BUN", undefined, "1"],
];
const brokenLibrary = { "lib/libstdc++.so.6": "not a library" };
const isReadAtStart = (name: string) => !name.startsWith("BUN_");

describe("a variable that an earlier buildpack set", () => {
  test.for(variables)("%s has no effect on detect", async ([name, , value]) => {
    expect(await call("detect", { env: { [name]: value }, platform: brokenLibrary })).toEqual(untouched);
  });

  test.for(variables.filter(([name]) => isReadAtStart(name)))(
    "%s is removed from the environment before the executable starts",
    async ([name, , value]) => {
      const { stdout } = await call("detect", { app: ["started"], env: { [name]: value } });
      expect(stdout.split("\n").filter((line) => line.trim().startsWith(`${name}=`))).toEqual([]);
    },
  );

  test.for(variables.filter(([, effect]) => effect !== undefined))(
    "%s changes the %s of the executable if it is not removed",
    async ([name, effect = "", value]) => {
      const direct = await call("detect", { direct: true, env: { [name]: value }, platform: brokenLibrary });
      const changed = Object.entries(direct).filter(
        ([part, found]) => JSON.stringify(found) !== JSON.stringify(untouched[part as keyof typeof untouched]),
      );
      expect(changed.map(([part]) => part)).toContain(effect);
    },
  );
});

// Who sets them means the tools: trusted certificates, languages, where names are looked up. The executable has them too.
test.for([
  ["SSL_CERT_FILE", "<scratch>/none.pem"],
  ["SSL_CERT_DIR", "<scratch>"],
  ["LC_ALL", "tr_TR.UTF-8"],
  ["LANG", "tr_TR.UTF-8"],
  ["LOCPATH", "<scratch>"],
  ["NLSPATH", "<scratch>/%N"],
  ["TZDIR", "<scratch>"],
  ["HOSTALIASES", "<scratch>/hosts"],
  ["RES_OPTIONS", "attempts:1"],
  ["TMPDIR", "<scratch>/none"],
] as const)("%s has no effect on detect, but is passed to tools", async ([name, value]) => {
  expect(await call("detect", { env: { [name]: value } })).toEqual(untouched);
  const { context, tool } = await seen({ env: { [name]: value.replace("<scratch>", "/scratch") } });
  const expected = value.replace("<scratch>", "/scratch");
  expect([context[name], tool]).toEqual([expected, expect.arrayContaining([`${name}=${expected}`])]);
});

/** The environment that a build got. */
async function seen(given: Inputs) {
  const { stdout, stderr, exitCode } = await call("build", given);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as { context: Record<string, string>; tool: string[]; process: string[]; own: string[] };
}

const named = (name: string) => (line: string) =>
  line === name || line.startsWith(`${name}=`) || line.startsWith(`_${name.slice(1)}=`);
const passedOn = ["LD_LIBRARY_PATH", "MALLOC_PERTURB_", "ICU_DATA", "UV_THREADPOOL_SIZE"];
const dropped = variables.map(([name]) => name).filter((name) => !passedOn.includes(name));

test("start-up variables of an earlier buildpack are passed neither to the buildpack nor to its tools", async () => {
  const harmless = Object.fromEntries(dropped.map((name) => [name, ""]));
  const { context, tool, process, own } = await seen({ env: harmless });
  for (const name of dropped) {
    const lines = [...Object.keys(context), ...tool, ...process, ...own].filter(named(name));
    expect({ name, lines }).toEqual({ name, lines: [] });
  }
});

test("tools get the environment variables of the user and of their layers", async () => {
  const user = { NODE_OPTIONS: "--max-old-space-size=512", NODE_EXTRA_CA_CERTS: "/ca.pem", OPENSSL_CONF: "/dev/null" };
  const env = { LD_LIBRARY_PATH: "/layers/x/lib", NODE_ENV: "test", UV_THREADPOOL_SIZE: "7" };
  const { context, tool, process, own } = await seen({ user, env });
  expect(context).toMatchObject({ ...user, ...env });
  const lines = Object.entries({ ...user, ...env }).map(([name, value]) => `${name}=${value}`);
  expect(tool).toEqual(expect.arrayContaining(lines));
  // what the buildpack starts by itself gets the layers' only
  expect(own).toEqual(expect.arrayContaining(lines.slice(3)));
  expect(process.filter((name) => name in user || /^_./.test(name))).toEqual([]);
});

const bugAt = (message: string, location: string) => `ERROR: unexpected Error: ${message}
    at ${location}
  in build of test/hardened@1.0.0, a mistake of the buildpack
HINT: Report this to the authors of the buildpack.
`;

function locationOf(text: string): string {
  const lines = source.split("\n");
  const line = lines.findIndex((each) => each.includes(text));
  return `src/buildpack.ts:${line + 1}:${(lines[line] ?? "").indexOf(text) + 1}`;
}

describe("a buildpack executable", () => {
  test("runs without /proc", async () => {
    const wrapper = ["bwrap", "--bind", "/", "/", "--dev", "/dev", "--tmpfs", "/proc"];
    expect(await call("detect", { wrapper, env: { LD_PRELOAD: "" } })).toEqual(untouched);
  });

  test("imports Node.js modules lazily", async () => {
    const { exitCode, stdout, stderr } = await call("build", { app: ["import"] });
    expect([exitCode, stdout, stderr]).toEqual([0, "  b\n", ""]);
  });

  test("passes if the buildpack passes", async () => {
    expect(await call("detect", { app: ["pass"] })).toEqual({ exitCode: 0, stdout: "", stderr: "", files: [] });
  });

  test.for<["detect" | "build", string, string, string]>([
    [
      "detect",
      "detect calls process.exit",
      "exit",
      "the buildpack exited with exit code 100 before detect had completed (BUILDPACK_UNFINISHED)",
    ],
    [
      "build",
      "build calls process.exit",
      "exit",
      "the buildpack exited with exit code 0 before build had completed (BUILDPACK_UNFINISHED)",
    ],
    ["build", "a promise is rejected without a handler", "lost", "unexpected Error: lost"],
    [
      "build",
      "build awaits a promise that never settles",
      "forever",
      "build awaits a promise that never settles (BUILDPACK_UNFINISHED)",
    ],
  ])("fails %s with exit code 1 if %s", async ([phase, , file, message]) => {
    const { exitCode, stderr } = await call(phase, { app: [file] });
    expect([exitCode, stderr.split("\n")[0]]).toEqual([1, `ERROR: ${message}`]);
  });

  test("shows the author's source line of an error", async () => {
    const { stderr } = await call("build", { app: ["lost"] });
    expect(stderr).toBe(bugAt("lost", `build (${locationOf(`new Error("lost")`)})`));
  });

  test("shows the author's source line of a failed timer", async () => {
    const { exitCode, stderr } = await call("build", { app: ["timer"] });
    expect([exitCode, stderr]).toEqual([1, bugAt("late", `Timeout._onTimeout (${locationOf(`new Error("late")`)})`)]);
  });

  test.for([
    ["is broken", `"mappings":"`, `"mappings":1`],
    ["is not JSON", `{"version":3,"sources":["`, `{"version":3 "sources":["`],
  ] as const)("shows an error with the raw stack if its source map %s", async ([, found, put]) => {
    const broken = join(dir, `broken-${put.length}`);
    await cp(dirname(bin), broken, { recursive: true });
    const main = await readFile(join(broken, "bin/main"));
    const at = main.lastIndexOf(found);
    expect(at).toBeGreaterThan(0);
    main.write(put, at, "latin1");
    await writeFile(join(broken, "bin/main"), main);
    const { cwd, env } = await world({ app: ["lost"] });
    const { exitCode, stderr } = await execute(join(broken, "bin/build"), [], { cwd, env });
    expect([exitCode, stderr.replace(/(\n {4}at async .*)+/, "")]).toEqual([
      1,
      bugAt("lost", /Object\.build \(main\.cjs:\d+:\d+\)/.exec(stderr)?.[0] ?? "in main.cjs"),
    ]);
  });

  test("ends on a signal even in an endless loop", async () => {
    const { cwd, env } = await world({ app: ["loop"] });
    const child = spawn(join(bin, "build"), { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.once("data", () => child.kill("SIGTERM"));
    expect(await once(child, "close")).toEqual([null, "SIGTERM"]);
  });

  test.for([
    ["are not read", 'exec 3>&1; { "$0"; echo $? >&3; } | true'],
    ["are closed", '"$0" <&- >&- 2>&-; echo $?'],
  ] as const)("continues if its outputs %s", async ([, script]) => {
    const { cwd, env } = await world({ app: [] });
    const { stdout } = await execute("sh", ["-c", script, join(bin, "build")], { cwd, env });
    expect(stdout).toBe("0\n");
  });

  test("fails even if its error cannot be written", async () => {
    const { cwd, env } = await world({ app: ["lost"] });
    const { stdout } = await execute("sh", ["-c", '"$0" 2> /dev/full; echo $?', join(bin, "build")], { cwd, env });
    expect(stdout.endsWith("1\n")).toBe(true);
  });

  test("ends with its tools on a signal", async () => {
    const { cwd, env } = await world({ app: ["wait"] });
    const child = spawn(join(bin, "build"), { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
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
