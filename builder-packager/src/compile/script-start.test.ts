// @needs busybox
import { spawnSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { silentReporter } from "../reporter.ts";
import { compileExecutable } from "./executable/executable.ts";
import { hostArchitecture } from "./executable/node-release.ts";

const framework = fileURLToPath(new URL("../../../framework", import.meta.url));
const arch = hostArchitecture() ?? "amd64";
const source = `import { defineBuildpack, fail, pass } from "libcnb";
export default defineBuildpack({
  detect: async ({ app }) => ((await app.exists("hello.txt")) ? pass() : fail("no hello.txt")),
  async build({ app, log, run }) {
    const { stdout } = await run("/usr/bin/env", [], { output: "capture" });
    log.info(JSON.stringify({ tool: stdout.trim().split("\\n"), own: Object.keys(process.env) }));
    if (await app.exists("broken")) throw new Error("broken");
  },
});
`;

let root: string;
let bin: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "script-start-"));
  bin = join(root, "bp/bin");
  await write({
    "src/src/buildpack.ts": source,
    "bp/buildpack.toml": `api = "0.10"\n[buildpack]\nid = "me/hello"\nversion = "1.0.0"\n`,
    // Whatever the buildpack's directory says of its own scripts.
    "bp/package.json": `{ "type": "module", "main": "./evil.cjs" }`,
    "app/hello.txt": "",
    "app/evil.cjs": "process.exit(0)",
    "empty/x": "",
    "broken/broken": "",
    "platform/env/X": "1",
    "plan.toml": "",
    "layers/other/bin/x": "",
    "layers/own/x": "",
  });
  await mkdir(join(root, "src/node_modules"));
  await symlink(framework, join(root, "src/node_modules/libcnb"));
  const options = {
    arch,
    env: { ...process.env, LIBCNB_CACHE_DIR: join(root, "cache") },
    cwd: root,
    reporter: silentReporter,
  };
  const entry = join(root, "src/src/buildpack.ts");
  const { files, start } = await compileExecutable([{ id: "me/hello", entry }], { ...options, runtime: "script" });
  await mkdir(bin);
  for (const { path, file, mode } of files)
    await copyFile(file, join(root, "bp", path)).then(() => chmod(join(root, "bp", path), mode));
  for (const phase of ["detect", "build"]) await writeFile(join(bin, phase), start ?? "", { mode: 0o755 });
  await program("nodes/new", `exec ${process.execPath} "$@"`);
  await program("nodes/old", `exec ${process.execPath} --require ${root}/old.cjs "$@"`);
  await write({ "old.cjs": "Object.defineProperty(process.versions, 'node', { value: '22.14.9' });" });
  await program("layers/other/bin", "echo earlier; exit 0");
  await program("app", "echo app; exit 0");
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** A `node` in the directory. */
async function program(folder: string, script: string): Promise<void> {
  await write({ [`${folder}/node`]: `#!/bin/sh\n${script}\n` });
  await chmod(join(root, folder, "node"), 0o755);
}

interface Inputs {
  readonly app?: string;
  readonly path?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly shell?: readonly [command: string, ...args: string[]];
}

function call(phase: "detect" | "build", { app = "app", path = "<root>/nodes/new", env = {}, shell }: Inputs = {}) {
  const contract = {
    CNB_BUILDPACK_DIR: join(root, "bp"),
    CNB_PLATFORM_DIR: join(root, "platform"),
    CNB_BUILD_PLAN_PATH: join(root, "plan.toml"),
    CNB_BP_PLAN_PATH: join(root, "plan.toml"),
    CNB_TARGET_OS: "linux",
    CNB_TARGET_ARCH: arch,
    ...(phase === "build" && { CNB_LAYERS_DIR: join(root, "layers/own") }),
  };
  const [command, ...args] = [...(shell ?? []), join(bin, phase)];
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: join(root, app),
    env: { ...contract, PATH: path.replaceAll("<root>", root), ...env },
    encoding: "utf8",
    ...(shell?.length === 1 && { argv0: "sh" }),
  });
  return { status, stdout, stderr };
}

const passed = { status: 0, stdout: "", stderr: "" };
const hintOfStart = "HINT: Use a builder whose build image has";
const needs = "ERROR: this buildpack needs Node.js 22.15.0 or newer in the build image, which has";
const orBring = "or a package of the buildpack that brings it (--runtime node).";

const missing = (path: string) => ({
  status: 1,
  stdout: "",
  stderr: `${needs} none on PATH (${path.replaceAll("<root>", root)})\n${hintOfStart} Node.js, ${orBring}\n`,
});

describe("a phase started through a shell script", () => {
  test.for<[string, readonly [string, ...string[]]]>([
    ["dash", ["/bin/dash"]],
    ["busybox", ["/bin/busybox", "sh"]],
    ["bash in sh mode", ["/bin/bash"]],
    ["bash", ["/bin/bash", "--norc"]],
  ])("runs with %s as /bin/sh", ([, shell]) => {
    expect(call("detect", { shell })).toEqual(passed);
    expect(call("detect", { shell, app: "empty" })).toEqual({ status: 100, stdout: "  no hello.txt\n", stderr: "" });
    expect(call("detect", { shell, path: "/none:relative::." })).toEqual(missing("/none:relative::."));
  });

  test("reports the source line of an error", () => {
    const { status, stderr } = call("build", { app: "broken" });
    expect([status, stderr.split("\n").slice(0, 2)]).toEqual([
      1,
      ["ERROR: unexpected Error: broken", "    at build (src/buildpack.ts:7:43)"],
    ]);
  });

  test("refuses a Node.js version that is too old", () => {
    const { status, stdout, stderr } = call("detect", { path: "<root>/nodes/old" });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr: `${needs} 22.14.9 (${process.execPath})\n${hintOfStart} a newer Node.js, ${orBring}\n`,
    });
  });

  test.for([
    ["the application's directory", "", ":.:<root>/nodes/new"],
    ["directories of earlier buildpacks", "<root>/layers/other/bin", "<root>/layers/other/bin:<root>/nodes/new"],
    [
      "relative directories, and ignores directories and files that are not executable",
      "",
      "<root>/bp:<root>/platform:<root>/nodes/new",
    ],
  ])("does not search for Node.js in %s", ([, only, path = ""]) => {
    expect([call("build", { path }).status, call("build", { path }).stderr]).toEqual([0, ""]);
    if (only) expect(call("build", { path: only })).toEqual(missing(only));
  });
});

// What each does to Node.js itself the hardening test shows.
const variables = {
  NODE_OPTIONS: "--require=./evil.cjs --no-such-option",
  NODE_V8_COVERAGE: "/none/coverage",
  NODE_REPL_EXTERNAL_MODULE: "./evil.cjs",
  NODE_PATH: ".",
  NODE_EXTRA_CA_CERTS: "/none.pem",
  NODE_CHANNEL_FD: "1",
  NODE_SOMETHING_NEW: "a\nexport LD_FAKE='b'\nNODE_X=$(exit 1)`exit 1`\"'",
  OPENSSL_CONF: "/none.cnf",
  GLIBC_TUNABLES: "glibc.malloc.check=3",
  LD_LIBRARY_PATH: "/none",
};
const shells: readonly (readonly [string, ...string[]])[] = [["/bin/dash"], ["/bin/busybox", "sh"], ["/bin/bash"]];

describe("environment variables set by an earlier buildpack", () => {
  test.for(shells)("have no effect on Node.js if %s starts the phase", (shell) => {
    expect(call("detect", { shell, env: variables })).toEqual(passed);
  });

  test("reach the buildpack's tools unchanged", () => {
    const { status, stdout, stderr } = call("build", { env: variables });
    expect([status, stderr]).toEqual([0, ""]);
    const { tool, own } = JSON.parse(stdout) as { tool: string[]; own: string[] };
    const named = tool.filter((line) => /^_?(NODE|ODE|OPENSSL|PENSSL|GLIBC|LIBC|LD|D)_/.test(line));
    expect(named.sort()).toEqual(["LD_LIBRARY_PATH=/none", "NODE_SOMETHING_NEW=a", "NODE_X=$(exit 1)`exit 1`\"'"]);
    expect(own.filter((name) => /^_./.test(name))).toEqual([]);
  });

  // bash takes functions from its environment, also when it is /bin/sh
  test.for(["[", "printf", "exec", "export", "unset", "eval", "set", "read", "break", "continue", ":"])(
    'do not replace the builtin "%s" of bash',
    (name) => {
      const env = { [`BASH_FUNC_${name}%%`]: "() { echo evil; builtin exit 0; }" };
      expect(call("detect", { shell: ["/bin/bash"], env })).toEqual(passed);
      expect(call("detect", { shell: ["/bin/bash"], env, path: "/none" })).toEqual(missing("/none"));
    },
  );
});
