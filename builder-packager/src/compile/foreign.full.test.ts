// @needs qemu-aarch64, qemu-x86_64
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentReporter } from "../reporter.ts";
import { compileExecutable, type Executable } from "./executable/executable.ts";
import { hostArchitecture, type NodeArchitecture } from "./executable/node-release.ts";

// What this machine makes for the other architecture runs there: by emulation, with the C and C++ libraries of Debian's cross packages.
const foreign: NodeArchitecture = hostArchitecture() === "arm64" ? "amd64" : "arm64";
const emulation = {
  amd64: { program: "qemu-x86_64", libraries: "/usr/x86_64-linux-gnu" },
  arm64: { program: "qemu-aarch64", libraries: "/usr/aarch64-linux-gnu" },
} as const;
const framework = fileURLToPath(new URL("../../../framework", import.meta.url));

const source = `import { createHash } from "node:crypto";
import { defineBuildpack, fail, pass } from "libcnb";
export default defineBuildpack({
  detect: async ({ app }) => ((await app.exists("hello.txt")) ? pass() : fail("none")),
  async build({ app, log, target }) {
    const digest = createHash("sha256").update(await app.readText("hello.txt")).digest("hex").slice(0, 8);
    log.info([process.arch, target.arch, new Intl.NumberFormat("de").format(1234.5), digest].join(" "));
    if (await app.exists("broken")) throw new Error("broken");
  },
});
`;
const descriptor = `api = "0.10"\n[buildpack]\nid = "me/hello"\nversion = "1.0.0"\n`;

let root: string;
let made: Executable;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "foreign-"));
  const dirs = ["src", "node_modules", "bin", "app", "broken", "platform/env", "layers"];
  for (const dir of dirs) await mkdir(join(root, dir), { recursive: true });
  await symlink(framework, join(root, "node_modules/libcnb"));
  const files = {
    "src/buildpack.ts": source,
    "buildpack.toml": descriptor,
    "plan.toml": "",
    "app/hello.txt": "hello",
    "broken/hello.txt": "",
    "broken/broken": "",
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(root, path), text);
  const options = { arch: foreign, env: process.env, cwd: root, reporter: silentReporter };
  made = await compileExecutable([{ id: "me/hello", entry: join(root, "src/buildpack.ts") }], options);
}, 180_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs a phase by emulation, with the name that the program of bin/detect or bin/build gives it: as argv[0], unless that is lost. */
function run(phase: "detect" | "build", app: string, argv0?: string) {
  const { program, libraries } = emulation[foreign];
  const main = made.files.find(({ path }) => path === "bin/main")?.file ?? "";
  const env = {
    CNB_BUILDPACK_DIR: root,
    CNB_PLATFORM_DIR: join(root, "platform"),
    CNB_LAYERS_DIR: join(root, "layers"),
    CNB_BUILD_PLAN_PATH: join(root, "plan.toml"),
    CNB_BP_PLAN_PATH: join(root, "plan.toml"),
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: foreign,
  };
  const called = join(root, "bin", phase);
  const args = ["-L", libraries, "-0", argv0 ?? called, main, called];
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: join(root, app), env, encoding: "utf8" });
  return { status, stdout, stderr, error };
}

const architecture = { amd64: "x64", arm64: "arm64" }[foreign];

test("an executable for an architecture other than the host's runs detect and build, and errors name source lines", () => {
  expect(run("detect", "app")).toEqual({ status: 0, stdout: "", stderr: "", error: undefined });
  const built = `  ${architecture} ${foreign} 1.234,5 2cf24dba\n`;
  expect(run("build", "app")).toEqual({ status: 0, stdout: built, stderr: "", error: undefined });
  const { status, stderr } = run("build", "broken");
  expect([status, stderr.split("\n").slice(0, 2)]).toEqual([
    1,
    ["ERROR: unexpected Error: broken", "    at build (src/buildpack.ts:8:43)"],
  ]);
});

test("a compiled executable runs detect even if an emulator replaced argv[0]", () => {
  expect(run("detect", "app", "/bin/main").status).toBe(0);
  expect(run("detect", "src", "/bin/main")).toMatchObject({ status: 100, stdout: "  none\n" });
});

test("an executable for an architecture other than the host's has no code cache, and its metadata names the Node.js of that architecture", async () => {
  const { report, components } = made;
  expect([report.architecture, report.parts.codeCache]).toEqual([foreign, 0]);
  expect(components.filter(({ name }) => name === "node").map(({ purl }) => purl)).toEqual([
    "pkg:generic/node@24.21.0",
  ]);
  const license = made.files.find(({ path }) => path === "LICENSES.txt")?.file ?? "";
  expect(await readFile(license, "utf8")).toContain("Node.js is licensed for use as follows");
});
