import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { cacheDir } from "../../cache-dirs.ts";
import type { Mount } from "../../sandbox/spec.ts";
import { populateOnce } from "../populate.ts";
import { type CompilerPackages, compilerPackages } from "./compiler-packages.ts";

/**
 * The paths that the compiler uses. If the compiler runs in a sandbox, they are the paths in the
 * sandbox.
 */
export interface CompilerPaths {
  /** The directory that contains the sources. */
  readonly root: string;
  /** The path of the Node.js executable. */
  readonly node: string;
  /** The path of `script-worker.ts`. */
  readonly worker: string;
  /** The path of the esbuild executable. */
  readonly esbuild: string;
  /** Directories with cnb's packages. */
  readonly packages: readonly string[];
  /** `node_modules` directories that are searched last. */
  readonly fallbacks: readonly string[];
  /** Directories that the compiler may read. */
  readonly readable: readonly string[];
  readonly mounts: readonly Mount[];
}

/**
 * Returns the compiler's paths for a build that cannot mount anything. They are the paths of cnb
 * itself.
 */
export function pathsOnHost(root: string): CompilerPaths {
  const { packager, worker, bundler, framework, packages } = compilerPackages();
  const dirs = [...packages.keys()];
  return {
    root,
    node: process.execPath,
    worker: join(packager, worker),
    esbuild: join(bundler, "bin/esbuild"),
    packages: dirs,
    fallbacks: [framework],
    readable: [root, packager, framework, ...dirs],
    mounts: [],
  };
}

/**
 * The directories of the compiler in the sandbox. Every build mounts its own directories there, so
 * mount points that are created in the root file system stay hidden.
 */
const app = "/workspace";
const compiler = "/layers";

/**
 * Prepares the compiler's paths in a sandbox. The sandbox only contains the sources, Node.js and
 * cnb's packages from this machine, read-only.
 */
export async function pathsInSandbox(root: string, node: string, env: NodeJS.ProcessEnv): Promise<CompilerPaths> {
  const found = compilerPackages();
  const layout = layoutOf(found);
  const at = (path: string) => join(compiler, path);
  const mount = (source: string, target: string): Mount => ({ source, target, readonly: true });
  return {
    root: app,
    node: at("node"),
    worker: at(join("packager", found.worker)),
    esbuild: at(`${layout.dirs.get(found.bundler)}/bin/esbuild`),
    packages: [at("packages")],
    fallbacks: [at("fallback")],
    readable: [app, compiler],
    mounts: [
      mount(root, app),
      mount(await skeleton(layout, env), compiler),
      mount(node, at("node")),
      mount(found.packager, at("packager")),
      ...[...layout.dirs].map(([dir, path]) => mount(dir, at(path))),
    ],
  };
}

/** Paths below the compiler's directory. */
interface Layout {
  /** Mount points of packages by their directories on this machine. */
  readonly dirs: ReadonlyMap<string, string>;
  /** Symbolic links with their targets. */
  readonly links: ReadonlyMap<string, string>;
}

/**
 * A layout of packages like that of pnpm: each package finds its dependencies in the versions that
 * are installed here.
 */
function layoutOf({ packages, direct }: CompilerPackages): Layout {
  const dirs = new Map([...packages].map(([dir, { name }], index) => [dir, `packages/${index}/node_modules/${name}`]));
  const links = new Map<string, string>();
  const link = (parent: string, dir: string) => {
    const path = `${parent}/${packages.get(dir)?.name}`;
    const target = dirs.get(dir);
    if (target !== undefined && path !== target) links.set(path, target);
  };
  for (const [index, { dependencies }] of [...packages.values()].entries())
    for (const dir of dependencies) link(`packages/${index}/node_modules`, dir);
  for (const dir of direct) link("node_modules", dir);
  for (const dir of direct.slice(0, 1)) link("fallback", dir);
  return { dirs, links };
}

/** Creates a cached directory with the mount points and links. */
async function skeleton({ dirs, links }: Layout, env: NodeJS.ProcessEnv): Promise<string> {
  const paths = [...dirs.values()];
  const name = createHash("sha256")
    .update(JSON.stringify([paths, ...links]))
    .digest("hex")
    .slice(0, 16);
  const dir = cacheDir(env, "compiler", name);
  await populateOnce(dir, async (workDir) => {
    await writeFile(join(workDir, "node"), "");
    for (const path of ["packager", ...paths]) await mkdir(join(workDir, path), { recursive: true });
    for (const [path, target] of links) {
      await mkdir(join(workDir, dirname(path)), { recursive: true });
      await symlink(relative(dirname(path), target), join(workDir, path));
    }
  });
  return dir;
}
