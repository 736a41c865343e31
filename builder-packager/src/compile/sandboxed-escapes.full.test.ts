// @needs busybox, bwrap, cnb-tester, docker, dockerd, root
import { execFile, execFileSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDocker } from "../../../test/support/service.ts";
import { removeTree } from "../sandbox/remove-tree.ts";
import type { SandboxBackend, SandboxSpec } from "../sandbox/spec.ts";
import { accounts, drive } from "../sandbox/testing/fixture.ts";
import { pathsInSandbox } from "./sandboxed/compile-environment.ts";
import { type Files, framework, marker, outside, ways, write } from "./testing/escapes.ts";

/** Here the bundler loads everything that it finds: the sandbox alone keeps the application from the machine. */
let dir: string;
let docker: Awaited<ReturnType<typeof startDocker>>;
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), "sandboxed-escapes-")));
  await write(dir, "outside", outside);
  for (const [index, [, , files]] of ways.entries())
    await write(dir, `apps/${index}`, { ...framework, ...oneFurther(files) });
  await makeRootfs(join(dir, "rootfs"));
  for (const path of ["", "rootfs", "apps"]) await chmod(join(dir, path), 0o755);
  docker = await startDocker();
  const socket = docker.host.replace("unix://", "");
  await chmod(dirname(socket), 0o711);
  await chmod(socket, 0o666);
  process.env["DOCKER_HOST"] = docker.host;
}, 120_000);
afterAll(async () => {
  delete process.env["DOCKER_HOST"];
  await docker.stop();
  await removeTree(dir);
});

/** The directory with all applications is mounted, so a path has to lead out of that. */
const oneFurther = (files: Files): Files =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.replaceAll(/(?:\.\.\/)+outside/g, "../$&")]),
  );

/** The libraries that Node.js and esbuild need, and busybox for the engines. */
async function makeRootfs(rootfs: string): Promise<void> {
  const listed = execFileSync("ldd", [process.execPath], { encoding: "utf8" });
  for (const [library] of listed.matchAll(/\/\S+/g)) {
    await mkdir(join(rootfs, dirname(library)), { recursive: true });
    await copyFile(library, join(rootfs, library));
  }
  for (const name of ["bin", "etc", "workspace", "layers", "tmp", "run", "proc", "dev"])
    await mkdir(join(rootfs, name), { recursive: true });
}

const worker = "src/compile/testing/escape-worker.ts";
const options = ["--conditions=@libcnb/source", "--no-warnings"];
const names = (found: readonly number[]): readonly string[] => found.map((index) => ways[index]?.[0] ?? "");

interface Outcome {
  readonly found: readonly number[];
  readonly compiled: number;
}

test("without a sandbox, more than 20 hostile build scripts read a file outside of the app", async () => {
  const program = join(import.meta.dirname, "testing", basename(worker));
  const args = [...options, program, join(dir, "apps"), `${ways.length}`];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { TOKEN: marker } });
  const { found } = JSON.parse(stdout) as Outcome;
  expect(names(found)).toEqual(
    expect.arrayContaining(["an absolute path", "a path with ..", "environment variables", "a link to a file"]),
  );
  expect(found.length).toBeGreaterThan(20);
});

const rows = accounts().flatMap((as) =>
  (["unshare-root", "unshare-user", "bubblewrap", "docker"] as const)
    .filter((backend) => as.uid === 0 || backend !== "unshare-root")
    .map((backend): [string, SandboxBackend, typeof as] => [`${backend} as ${as.name}`, backend, as]),
);

test.for(rows)(
  "in the sandbox %s, no hostile build script reads a file outside of the app",
  async ([, backend, as]) => {
    const cache = join(dir, "cache");
    const paths = await pathsInSandbox(join(dir, "apps"), process.execPath, { LIBCNB_CACHE_DIR: cache });
    for (const path of ["", "compiler"]) await chmod(join(cache, path), 0o755);
    const program = paths.worker.replace("src/compile/sandboxed/script-worker.ts", worker);
    const spec: SandboxSpec = {
      rootfs: join(dir, "rootfs"),
      rootfsWritable: false,
      mounts: paths.mounts,
      cwd: "/",
      command: [paths.node, ...options, program, paths.root, `${ways.length}`],
      env: { ESBUILD_BINARY_PATH: paths.esbuild },
      uid: 1000,
      gid: 1000,
      network: false,
    };
    const report = await drive(as, backend, spec);
    expect(report).toMatchObject({ exitCode: 0, stderr: "" });
    const { found, compiled } = JSON.parse(report.stdout ?? "") as Outcome;
    expect(names(found)).toEqual([]);
    // those that only look for what is not there
    expect(compiled).toBeGreaterThan(4);
  },
);
