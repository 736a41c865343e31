import { createHash } from "node:crypto";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { cacheDir } from "../cache-dirs.ts";
import type { Mount } from "../sandbox/spec.ts";
import { type CompilerPackages, compilerPackages } from "./compiler-packages.ts";
import { populateOnce } from "./populate.ts";

/** Where what compiling needs is, as the compiler sees it. */
export interface Places {
  /** The directory with the sources. */
  readonly root: string;
  /** The program of Node.js. */
  readonly node: string;
  /** The program of `script-worker.ts`. */
  readonly worker: string;
  /** The program of esbuild. */
  readonly esbuild: string;
  /** Directories that hold cnb's packages. */
  readonly packages: readonly string[];
  /** Directories of packages for sources that bring none. */
  readonly fallbacks: readonly string[];
  /** Directories that may be read. */
  readonly readable: readonly string[];
  readonly mounts: readonly Mount[];
}

/** The same paths as for cnb itself, where nothing can be mounted. */
export function placesHere(root: string): Places {
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

/** Every build mounts its own directories there: what is made in the root file system as mount points is never seen. */
const app = "/workspace";
const compiler = "/layers";

/** The paths in a sandbox that sees of this machine the sources, Node.js and cnb's packages, read-only. */
export async function placesInside(root: string, node: string, env: NodeJS.ProcessEnv): Promise<Places> {
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
  /** Symbolic links with what they lead to. */
  readonly links: ReadonlyMap<string, string>;
}

/** As pnpm installs packages: each finds what it depends on, in the version that it has here. */
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

/** A directory of the cache with the mount points and links. */
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
