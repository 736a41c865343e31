import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageMissing } from "../../missing-package.ts";
import { packagerDir } from "../packager-dir.ts";

/** The packages of cnb that are needed to compile, with their paths. */
export interface CompilerPackages {
  /** The directory of the packager. */
  readonly packager: string;
  /** The path of the compiled `script-worker.ts`, relative to `packager`. */
  readonly worker: string;
  /** The directory of the package with esbuild's executable, `bin/esbuild`. */
  readonly bundler: string;
  /** The `node_modules` directory with the framework. */
  readonly framework: string;
  /**
   * The framework that buildpacks import, the bundler, and all their dependencies, by the real path
   * of each package.
   */
  readonly packages: ReadonlyMap<string, InstalledPackage>;
  /** Real paths of the packager's direct dependencies. */
  readonly direct: readonly string[];
}

/** An installed npm package that cnb needs. */
export interface InstalledPackage {
  readonly name: string;
  /** The real paths of the package's dependencies. */
  readonly dependencies: readonly string[];
}

/** Finds the packages that are needed to compile, as Node.js resolves them. */
export function compilerPackages(): CompilerPackages {
  const packager = packagerDir();
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
    if (dirname(dir) === dir) throw packageMissing(name);
  }
}

function dependenciesOf(dir: string): readonly string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as {
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  return Object.keys(dependencies).sort();
}
