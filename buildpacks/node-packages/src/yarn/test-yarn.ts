import { execFile } from "node:child_process";
import { hash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import type { Package, PackageManager, Work } from "../package-manager.ts";
import { machineEnv, npmIn } from "../test-machine.ts";

/** A version of Yarn from the registry, and a working directory. */
export interface Yarn {
  readonly version: string;
  readonly base: string;
  /** Runs Yarn and returns its output. */
  run(dir: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
}

/** Runs a function with a version of Yarn, which is removed afterwards. */
export async function withYarn<Result>(version: string, action: (yarn: Yarn) => Promise<Result>): Promise<Result> {
  const base = await mkdtemp(join(tmpdir(), "libcnb-yarn-"));
  try {
    const name = version.startsWith("1.") ? "yarn" : "@yarnpkg/cli-dist";
    await npmIn(base, "install", "--prefix", base, "--no-audit", "--no-fund", "--ignore-scripts", `${name}@${version}`);
    const program = join(base, "node_modules", name, "bin/yarn.js");
    await mkdir(join(base, "bin"));
    await writeFile(join(base, "bin/yarn"), `#!/bin/sh\nexec node ${program} "$@"\n`, { mode: 0o755 });
    return await action({ version, base, run: runner(base) });
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** Variables for Yarn: it reads none of npm's registry since version 2. */
const variables = (base: string): Readonly<Record<string, string>> => ({
  ...machineEnv,
  PATH: `${join(base, "bin")}:${process.env.PATH}`,
  HOME: base,
  YARN_NPM_REGISTRY_SERVER: machineEnv.NPM_CONFIG_REGISTRY ?? "",
  SKIP_YARN_COREPACK_CHECK: "1",
});

const runner =
  (base: string): Yarn["run"] =>
  async (dir, args, env = {}) => {
    const options = { cwd: dir, env: { ...variables(base), ...env }, maxBuffer: 256 * 1024 * 1024 };
    return (await promisify(execFile)(join(base, "bin/yarn"), [...args], options)).stdout;
  };

/** A test app with installed packages, and the package manager's result for it. */
export interface InstalledApp {
  readonly dir: string;
  readonly work: Work;
  readonly packages: readonly Package[];
}

/** Installs an app with a package manager as in a build, and runs a function with the result. */
export async function inInstalled(
  yarn: Yarn,
  { manager, files }: { readonly manager: PackageManager; readonly files: FileMap },
  action: (installed: InstalledApp) => Promise<void>,
): Promise<void> {
  const cacheDir = join(yarn.base, "downloads");
  await mkdir(cacheDir, { recursive: true });
  const installer = defineBuildpack({
    detect: () => pass(),
    async build({ app, log, run }) {
      const env = variables(yarn.base);
      const source = { app, dirs: { dir: "", root: "" }, env, toolVersion: yarn.version };
      const lockfile = (await app.exists("yarn.lock")) ? "yarn.lock" : undefined;
      const project = await manager.read({ ...source, lockfile });
      const all = { ...env, ...manager.environment?.(cacheDir, project) };
      const work: Work = {
        project,
        log,
        env,
        cacheDir,
        run: (tool, args, options) => run(tool, args, { ...options, env: { ...all, ...options?.env } }),
      };
      await manager.install(work);
      await action({ dir: app.dir, work, packages: await manager.packages(work) });
      await rm(app.dir, { recursive: true });
      await mkdir(app.dir);
      return {};
    },
  });
  await build(installer, { app: files });
}

/** Copies a directory to a path next to it, so that a test can run Yarn itself there. */
export async function copyOf(dir: string, base: string): Promise<string> {
  const copy = await mkdtemp(join(base, "copy-"));
  await cp(dir, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

/**
 * Lists the files and links below a directory, with the digests of files and the targets of links.
 */
export const linesOf = (dir: string, below = ""): readonly string[] =>
  readdirSync(join(dir, below)).flatMap((name) => {
    const path = below === "" ? name : `${below}/${name}`;
    const stats = lstatSync(join(dir, path));
    if (stats.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(dir, path))}`];
    if (stats.isDirectory()) return linesOf(dir, path);
    return [`${path} ${hash("sha1", readFileSync(join(dir, path)))}`];
  });
