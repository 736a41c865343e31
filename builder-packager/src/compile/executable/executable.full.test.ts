import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../../reporter.ts";
import { compileExecutable, type Executable } from "./executable.ts";
import { hostArchitecture } from "./node-release.ts";

const arch = hostArchitecture() ?? "amd64";
const framework = fileURLToPath(new URL("../../../../framework", import.meta.url));
let root: string;
let made: Executable;

async function writeFiles(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  }
}

const source = `import { defineBuildpack, fail, pass } from "libcnb";
export default defineBuildpack({
  detect: async ({ app }) => ((await app.exists("hello.txt")) ? pass() : fail("no hello.txt")),
  build: ({ log }) => { log.info("built by " + process.execArgv.length + " options"); return {}; },
});
`;

async function compileIn(
  dir: string,
  cache: string,
  given: { readonly codeCache?: boolean } = {},
): Promise<Executable> {
  await writeFiles(dir, { "src/buildpack.ts": source, "buildpack.toml": descriptor });
  await mkdir(join(dir, "node_modules"), { recursive: true });
  await symlink(framework, join(dir, "node_modules/libcnb"));
  const options = {
    ...given,
    arch,
    env: { ...process.env, LIBCNB_CACHE_DIR: join(root, cache) },
    cwd: dir,
    reporter: silentReporter,
  };
  return compileExecutable([{ id: "me/hello", entry: join(dir, "src/buildpack.ts") }], options);
}

const fileOf = ({ files }: Executable, path: string): string => files.find((each) => each.path === path)?.file ?? "";

const descriptor = `api = "0.10"\n[buildpack]\nid = "me/hello"\nversion = "1.0.0"\n`;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "executable-"));
  made = await compileIn(join(root, "one"), "cache-one");
  await writeFiles(root, { "bp/buildpack.toml": descriptor, "app/hello.txt": "", "empty/x": "", "platform/env/X": "" });
  await mkdir(join(root, "bp/bin"));
  await symlink(fileOf(made, "bin/main"), join(root, "bp/bin/main"));
  await symlink("main", join(root, "bp/bin/detect"));
  await symlink("main", join(root, "bp/bin/build"));
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs a phase as the lifecycle does. */
function run(
  phase: "detect" | "build",
  { cwd = "app", env = {} }: { cwd?: string; env?: Record<string, string> } = {},
) {
  const contract = {
    CNB_BUILDPACK_DIR: join(root, "bp"),
    CNB_PLATFORM_DIR: join(root, "platform"),
    CNB_LAYERS_DIR: join(root, "layers"),
    CNB_BUILD_PLAN_PATH: join(root, "plan.toml"),
    CNB_BP_PLAN_PATH: join(root, "plan.toml"),
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: arch,
  };
  const options = { cwd: join(root, cwd), env: { ...contract, ...env }, encoding: "utf8", timeout: 20_000 } as const;
  const { status, stdout, stderr } = spawnSync(join(root, "bp/bin", phase), options);
  return { status, output: stdout + stderr };
}

describe("a compiled executable", () => {
  test("runs build, and runs detect with the results pass and fail", async () => {
    await mkdir(join(root, "layers"), { recursive: true });
    await writeFile(join(root, "plan.toml"), "");
    expect(run("detect")).toEqual({ status: 0, output: "" });
    expect(run("detect", { cwd: "empty" })).toEqual({ status: 100, output: "  no hello.txt\n" });
    expect(run("build")).toEqual({ status: 0, output: "  built by 0 options\n" });
  });

  test("contains the licenses of Node.js and of the bundled packages", async () => {
    const text = await readFile(fileOf(made, "LICENSES.txt"), "utf8");
    expect(text).toContain("\nsmol-toml 1.9.1 (BSD-3-Clause)\n");
    expect(text).toContain("Node.js is licensed for use as follows");
  });

  test("is identical if compiled in another directory with another cache", async () => {
    const other = await compileIn(join(root, "somewhere/else"), "cache-other");
    const [first, second] = [fileOf(made, "bin/main"), fileOf(other, "bin/main")];
    expect(second).not.toBe(first);
    expect(Buffer.compare(await readFile(second), await readFile(first))).toBe(0);
    expect(other).toEqual({ ...made, files: other.files });
  }, 120_000);

  test("without a code cache is identical if compiled on another architecture", async () => {
    const plain = await compileIn(join(root, "plain"), "cache-plain", { codeCache: false });
    expect(plain.report.parts).toEqual({ ...made.report.parts, codeCache: 0 });
    expect(plain.size).toBeLessThan(made.size);
    expect(spawnSync(fileOf(plain, "bin/main"), { env: {}, encoding: "utf8" }).stderr).toContain("PHASE_UNKNOWN");
  }, 120_000);

  test("is taken from the cache if no input changed, and the cache contains no unfinished files", async () => {
    expect(await compileIn(join(root, "third"), "cache-one")).toEqual(made);
    expect(await readdir(join(root, "cache-one/executables"))).toHaveLength(1);
  });
});

describe("an application cannot inject code into the executable", () => {
  const evil = `require("node:fs").writeFileSync(${JSON.stringify("PWNED")}, "");`;
  const files = {
    "hello.txt": "",
    "evil.cjs": evil,
    "node.config.json": `{ "nodeOptions": { "import": ["./evil.cjs"], "require": ["./evil.cjs"] } }`,
    ".env": "NODE_OPTIONS=--require=./evil.cjs\n",
    "package.json": `{ "type": "module", "main": "./evil.cjs", "imports": { "#libcnb": "./evil.cjs" } }`,
    "node_modules/libcnb/index.js": evil,
    "sea-config.json": `{ "main": "evil.cjs" }`,
  };

  test.for<[string, Record<string, string>]>([
    ["with files in its directory", {}],
    ["with NODE_OPTIONS that load code", { NODE_OPTIONS: "--require ./evil.cjs" }],
    ["with NODE_OPTIONS that read a file", { NODE_OPTIONS: "--env-file=.env --experimental-default-config-file" }],
    ["with unknown NODE_OPTIONS", { NODE_OPTIONS: "--not-an-option" }],
    ["with NODE_PATH", { NODE_PATH: "." }],
    ["with a missing NODE_EXTRA_CA_CERTS file", { NODE_EXTRA_CA_CERTS: "./none.pem" }],
    ["with the variables of Node.js's test runner and cluster", { NODE_TEST_CONTEXT: "child", NODE_UNIQUE_ID: "1" }],
    ["with NODE_COMPILE_CACHE", { NODE_COMPILE_CACHE: "./compiled" }],
  ])("%s", async ([, env]) => {
    const app = await mkdtemp(join(root, "hostile-"));
    await writeFiles(app, files);
    expect(run("detect", { cwd: app.slice(root.length), env })).toEqual({ status: 0, output: "" });
    expect((await readdir(app)).includes("PWNED")).toBe(false);
  });

  // Node.js itself decides this before any script runs: it refuses, and never loads the module.
  test("with NODE_REPL_EXTERNAL_MODULE, which stops the executable with an error", async () => {
    const app = await mkdtemp(join(root, "hostile-"));
    await writeFiles(app, files);
    const { status } = run("detect", { cwd: app.slice(root.length), env: { NODE_REPL_EXTERNAL_MODULE: "./evil.cjs" } });
    expect({ status, pwned: (await readdir(app)).includes("PWNED") }).toEqual({ status: 9, pwned: false });
  });
});
