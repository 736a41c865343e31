import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** The parts of cnb that compiling needs, with their locations. */
export interface CompilerPackages {
  /** The directory of the packager. */
  readonly packager: string;
  /** The program of `script-worker.ts`, relative to `packager`. */
  readonly worker: string;
  /** The package with the program of esbuild, which is its `bin/esbuild`. */
  readonly bundler: string;
  /** The `node_modules` with the framework. */
  readonly framework: string;
  /** The framework that buildpacks import and the bundler, with all their dependencies, by real path. */
  readonly packages: ReadonlyMap<string, InstalledPackage>;
  /** Real paths of the packager's direct dependencies. */
  readonly direct: readonly string[];
}

/** A package of cnb. */
export interface InstalledPackage {
  readonly name: string;
  /** Real paths. */
  readonly dependencies: readonly string[];
}

/** Finds cnb's own packages as Node.js does. */
export function compilerPackages(): CompilerPackages {
  const packager = packagerDir(import.meta.dirname);
  const packages = new Map<string, InstalledPackage>();
  const libcnb = add("libcnb", packager, packages);
  const esbuild = add("esbuild", packager, packages);
  return {
    packager,
    worker: import.meta.url.endsWith(".ts")
      ? "src/compile/sandboxed/script-worker.ts"
      : "dist/compile/sandboxed/script-worker.js",
    bundler: add(`@esbuild/${process.platform}-${process.arch}`, esbuild, packages),
    framework: dirname(installed("libcnb", packager)),
    packages,
    direct: [libcnb, esbuild],
  };
}

/** Finds the packager from `src/compile`, `dist/compile`, or `dist`, which has the bundled command. */
function packagerDir(dir: string): string {
  if (existsSync(join(dir, "package.json"))) return realpathSync(dir);
  if (dirname(dir) === dir) throw new Error("the packager has no package.json");
  return packagerDir(dirname(dir));
}

function add(name: string, dependent: string, packages: Map<string, InstalledPackage>): string {
  const dir = realpathSync(installed(name, dependent));
  if (packages.has(dir)) return dir;
  packages.set(dir, { name, dependencies: [] }); // two may depend on each other
  packages.set(dir, { name, dependencies: dependenciesOf(dir).map((needed) => add(needed, dir, packages)) });
  return dir;
}

function installed(name: string, dependent: string): string {
  for (let dir = dependent; ; dir = dirname(dir)) {
    const found = join(dir, "node_modules", name);
    if (existsSync(join(found, "package.json"))) return found;
    if (dirname(dir) === dir) throw new Error(`the package ${name} is not installed, which ${dependent} needs`);
  }
}

function dependenciesOf(dir: string): readonly string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(dependencies).sort();
}
