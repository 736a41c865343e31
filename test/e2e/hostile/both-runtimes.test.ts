// @needs bwrap
import { chmodSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageBuildpack } from "../../../builder-packager/src/buildpackage/package.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { execute, root } from "../../support/cnb.ts";

/*
 * One buildpack on the small engine and on Node.js, in the processes that a platform, an earlier buildpack or a user may make:
 * with closed descriptors, small limits, without /proc, with variables that runtimes and libraries read. Both must give the same.
 */

const source = `
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defineBuildpack, fail, override, pass, temporaryLayer } from "libcnb";

const layer = temporaryLayer("made", { launch: true });
const own = (name) => !/^(PATH|HOME|PWD|SHLVL|_|CNB_.*)$/.test(name);

export default defineBuildpack({
  detect({ env, log }) {
    log.info("umask " + process.umask().toString(8) + ", " + process.argv.length + " arguments");
    return env.WANT === "fail" ? fail("none") : pass({ provides: [{ name: "x" }] });
  },
  async build({ env, layers, log, run }) {
    log.warn("warned");
    log.info(JSON.stringify(Object.fromEntries(Object.entries(env).filter(([name]) => own(name)).sort())));
    log.info(Object.keys(process.env).filter(own).sort().join());
    const { stdout } = await run("sh", ["-c", "umask; env | cut -d= -f1 | sort; test -r /proc && readlink /proc/self/fd/0; cat"], { output: "capture" });
    log.info(stdout.trim().split("\\n").filter(own).join());
    await layers.provide(layer, {
      create({ path }) {
        mkdirSync(join(path, "folder"));
        writeFileSync(join(path, "folder/file"), "text");
        writeFileSync(join(path, "program"), "text", { mode: 0o755 });
      },
      env: () => ({ shared: { MADE: override("yes") } }),
    });
    return { labels: { made: "yes" }, processes: { web: { command: ["true"], default: true } } };
  },
});
`;
const descriptor = `api = "0.10"\n[buildpack]\nid = "test/both"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`;
const arch = process.arch === "arm64" ? "arm64" : "amd64";
const runtimes = ["small", "node"] as const;
type Runtime = (typeof runtimes)[number];

let dir: string;

async function packaged(runtime: Runtime): Promise<void> {
  const outputs = [`oci:${runtime}-layout`];
  const request = { dir: "source", outputs, format: undefined, targets: [`linux/${arch}`], runtime };
  const context = { env: process.env, cwd: dir, reporter: silentReporter };
  await packageBuildpack({ ...request, config: undefined, flatten: true, registry: {} }, context);
  const blob = (digest: string) => join(dir, `${runtime}-layout/blobs`, digest.replace(":", "/"));
  const index = JSON.parse(await readFile(join(dir, `${runtime}-layout/index.json`), "utf8"));
  const manifest = JSON.parse(await readFile(blob(index.manifests[0].digest), "utf8"));
  await mkdir(join(dir, runtime));
  await execute("tar", ["-xf", blob(manifest.layers[0].digest), "-C", join(dir, runtime)]);
}

const buildpackDir = (runtime: Runtime) => join(dir, runtime, "cnb/buildpacks/test_both/1.0.0");

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "both-runtimes-"));
  await mkdir(join(dir, "source/src"), { recursive: true });
  await mkdir(join(dir, "source/node_modules"));
  await symlink(join(root, "framework"), join(dir, "source/node_modules/libcnb"));
  await writeFile(join(dir, "source/buildpack.toml"), descriptor);
  await writeFile(join(dir, "source/src/buildpack.ts"), source);
  for (const runtime of runtimes) await packaged(runtime);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What a phase did. */
interface Result {
  readonly exitCode: number | string;
  readonly stdout: string;
  readonly stderr: string;
  /** Each file that it wrote, with its mode and its text. */
  readonly files: readonly string[];
}

interface Start {
  /** A script for bash, in which `"$0"` is the phase. Default: `exec "$0"` */
  readonly script?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Started before the script: a sandbox. */
  readonly wrapper?: (world: string) => readonly string[];
}

/** Runs a phase in a new world. The names of directories are the same in both runtimes. */
async function call(
  runtime: Runtime,
  phase: "detect" | "build",
  { script, env = {}, wrapper }: Start,
): Promise<Result> {
  const world = await mkdtemp(join(dir, "world-"));
  for (const name of ["app", "layers", "platform/env", "scratch"]) await mkdir(join(world, name), { recursive: true });
  await writeFile(join(world, "plan.toml"), "");
  const program = ["bash", "--norc", "-c", script ?? 'exec "$0"', join(buildpackDir(runtime), "bin", phase)];
  const [command = "", ...args] = [...(wrapper?.(world) ?? []), ...program];
  const { exitCode, signal, stdout, stderr } = await execute(command, args, {
    cwd: join(world, "app"),
    env: {
      PATH: process.env.PATH ?? "",
      CNB_BUILDPACK_DIR: buildpackDir(runtime),
      CNB_PLATFORM_DIR: join(world, "platform"),
      CNB_LAYERS_DIR: join(world, "layers"),
      CNB_BUILD_PLAN_PATH: join(world, "plan.toml"),
      CNB_BP_PLAN_PATH: join(world, "plan.toml"),
      CNB_TARGET_OS: "linux",
      CNB_TARGET_ARCH: arch,
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value.replace("<world>", world)])),
    },
  });
  const plain = (text: string) => text.replaceAll(world, "<world>").replaceAll(join(dir, runtime), "<runtime>");
  return {
    exitCode: signal ?? exitCode,
    stdout: plain(stdout),
    stderr: plain(stderr),
    files: filesIn(world).map(plain),
  };
}

function filesIn(folder: string, path = ""): string[] {
  return readdirSync(join(folder, path)).flatMap((name) => {
    const file = join(path, name);
    const stats = lstatSync(join(folder, file));
    const mode = (stats.mode & 0o7777).toString(8);
    chmodSync(join(folder, file), 0o700);
    if (stats.isDirectory()) return [`${file} ${mode}`, ...filesIn(folder, file)];
    return [`${file} ${mode} ${JSON.stringify(readFileSync(join(folder, file), "utf8"))}`];
  });
}

/** Expects the same of both runtimes, and returns it. */
async function both(phase: "detect" | "build", start: Start): Promise<Result> {
  const [small, node] = [await call("small", phase, start), await call("node", phase, start)];
  expect(small).toEqual(node);
  return small;
}

describe("a buildpack's process that is started", () => {
  const everything = (world: string) => ["--ro-bind", "/", "/", "--dev", "/dev", "--bind", world, world];
  const starts: readonly (readonly [name: string, start: Start, exitCodes?: readonly number[]])[] = [
    ["as usual", {}],
    ["without standard input", { script: 'exec "$0" <&-' }],
    ["without standard output", { script: 'exec "$0" >&-' }],
    ["without standard error", { script: 'exec "$0" 2>&-' }],
    ["without any descriptor", { script: 'exec "$0" <&- >&- 2>&-' }],
    ["with further descriptors", { script: 'exec 5</etc/passwd 9>/dev/null; exec "$0"' }],
    ["with a directory as standard input", { script: 'exec "$0" < /' }],
    ["with an output that no process reads", { script: '("$0"; echo "$?" >&2) 3>&1 | true' }],
    ["with an output that is full", { script: 'exec "$0" > /dev/full' }, [1, 1]],
    ["without a name", { script: 'exec -a "" "$0"' }, [255, 255]],
    ["with further arguments", { script: 'exec "$0" --version -e 1 /x' }],
    ["with a umask of 077", { script: 'umask 077; exec "$0"' }],
    ["with a umask of 000", { script: 'umask 000; exec "$0"' }],
    ["with a umask of 0777", { script: 'umask 0777; exec "$0"' }],
    ["with 32 open files", { script: 'ulimit -n 32; exec "$0"' }],
    ["with a stack of 256 KiB", { script: 'ulimit -s 256; exec "$0"' }],
    ["with an unlimited stack", { script: 'ulimit -s unlimited 2>/dev/null; exec "$0"' }],
    ["without core dumps and locked memory", { script: 'ulimit -c 0 -l 0; exec "$0"' }],
    ["with files of 64 KiB", { script: 'ulimit -f 64; exec "$0"' }],
    ["with ignored signals", { script: `trap '' PIPE HUP CHLD; exec "$0"` }],
    ["without variables of its own", { script: 'exec env -i $(env | grep -E "^(CNB|PATH)") "$0"' }],
    [
      "with a long variable",
      { script: 'export LONG=$(head -c 100000 /dev/zero | tr "\\0" x | head -c 100000 | md5sum); exec "$0"' },
    ],
    ["without /proc", { wrapper: (world) => ["bwrap", ...everything(world), "--tmpfs", "/proc"] }],
    // no tool can be started without /dev/null
    ["without /dev", { wrapper: (world) => ["bwrap", ...everything(world), "--tmpfs", "/dev"] }, [0, 1]],
    [
      "without /tmp",
      { wrapper: (world) => ["bwrap", ...everything(world), "--proc", "/proc"], env: { TMPDIR: "/none" } },
    ],
    ["on a read-only system", { wrapper: (world) => ["bwrap", ...everything(world)] }],
    [
      "as another user",
      { wrapper: (world) => ["bwrap", ...everything(world), "--unshare-user", "--uid", "4321", "--gid", "4321"] },
    ],
    [
      "as the first process",
      { wrapper: (world) => ["bwrap", ...everything(world), "--unshare-pid", "--as-pid-1", "--proc", "/proc"] },
    ],
    ["without a network", { wrapper: (world) => ["bwrap", ...everything(world), "--unshare-net"] }],
  ];

  test.for(starts)(
    "%s has the same results of detect and build on both runtimes",
    async ([, start, exitCodes = [0, 0]]) => {
      const codes = [(await both("detect", start)).exitCode, (await both("build", start)).exitCode];
      expect(codes).toEqual(exitCodes);
    },
  );

  test("in a directory that was removed fails on both runtimes", async () => {
    const start = { script: 'mkdir ../gone; cd ../gone; rmdir ../gone; exec "$0"' };
    for (const runtime of runtimes) {
      const { exitCode, stderr } = await call(runtime, "detect", start);
      expect([typeof exitCode, exitCode === 0, stderr.includes("ENOENT")]).toEqual(["number", false, true]);
    }
  });
});

describe("the environment variable", () => {
  const variables: Readonly<Record<string, string>> = {
    LD_PRELOAD: "/no/such.so",
    LD_AUDIT: "/no/such.so",
    LD_DEBUG: "libs",
    LD_LIBRARY_PATH: "<world>/scratch",
    LD_SHOW_AUXV: "1",
    LD_TRACE_LOADED_OBJECTS: "1",
    LD_BIND_NOW: "1",
    GLIBC_TUNABLES: "glibc.malloc.check=3",
    GCONV_PATH: "<world>/scratch",
    MALLOC_PERTURB_: "165",
    MALLOC_ARENA_MAX: "1",
    OPENSSL_CONF: "<world>/scratch/none.cnf",
    OPENSSL_MODULES: "<world>/scratch",
    OPENSSL_ENGINES: "<world>/scratch",
    SSLKEYLOGFILE: "<world>/scratch/keys",
    SSL_CERT_FILE: "<world>/scratch/none.pem",
    SSL_CERT_DIR: "<world>/scratch",
    ICU_DATA: "<world>/scratch",
    UV_THREADPOOL_SIZE: "1",
    UV_USE_IO_URING: "1",
    NODE_OPTIONS: "--require=<world>/scratch/evil.cjs --no-such-option",
    NODE_PATH: "<world>/scratch",
    NODE_EXTRA_CA_CERTS: "<world>/scratch/none.pem",
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
    NODE_V8_COVERAGE: "<world>/scratch/coverage",
    NODE_COMPILE_CACHE: "<world>/scratch/cache",
    NODE_REPL_EXTERNAL_MODULE: "<world>/scratch/evil.cjs",
    NODE_ICU_DATA: "<world>/scratch",
    NODE_DEBUG: "fs,module",
    NODE_DEBUG_NATIVE: "mksnapshot",
    NODE_REDIRECT_WARNINGS: "<world>/scratch/warnings",
    NODE_PENDING_DEPRECATION: "1",
    NODE_CHANNEL_FD: "1",
    NODE_UNIQUE_ID: "1",
    NODE_TEST_CONTEXT: "child",
    NODE_NO_WARNINGS: "1",
    NO_COLOR: "1",
    FORCE_COLOR: "1",
    LC_ALL: "tr_TR.UTF-8",
    LANG: "tr_TR.UTF-8",
    TZ: "Asia/Tokyo",
    TMPDIR: "<world>/scratch/none",
    RUST_BACKTRACE: "full",
    RUST_LOG: "trace",
    RUST_MIN_STACK: "1",
    QJS_DEBUG: "1",
  };

  test.for(Object.entries(variables))(
    "%s, which a runtime or library reads, has the same effect on both runtimes",
    async ([name, value]) => {
      // bash itself does not get it
      const start = { env: { VALUE: value }, script: `value=$VALUE; unset VALUE; ${name}=$value exec "$0"` };
      const codes = [(await both("detect", start)).exitCode, (await both("build", start)).exitCode];
      expect(codes).toEqual([0, 0]);
    },
  );
});
