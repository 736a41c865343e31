import { chmod, mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import type { Release, RunTool } from "libcnb";
import { compileLibrary, compilePackages } from "./bytecode.ts";
import { checkStart } from "./check-start.ts";
import { type Extras, isDevelopment, isLibpython, isRuntime } from "./contents.ts";
import { rewriteSysconfig } from "./sysconfig.ts";

/** Where the parts of Python are that only builds need: a folder of the layer `development`, seen from the layer `python`. */
const development = "../development/python";

/** The line of a release: `3.14`. */
const lineOf = ({ version }: Pick<Release, "version">): string => version.split(".").slice(0, 2).join(".");

/** The directory of the standard library, relative to the release. */
export const libraryOf = (python: Pick<Release, "version">): string => `lib/python${lineOf(python)}`;

/** The inputs of a runtime. */
export interface Runtime {
  readonly unpack: Unpack;
  readonly run: RunTool;
  readonly python: Release;
  readonly extras: Extras;
}

/**
 * Installs the precompiled runtime of apps. During a build it also finds pip, headers and libpython
 * in the other layer.
 */
export async function installRuntime({ unpack, run, python, extras }: Runtime, dir: string): Promise<void> {
  const library = join(dir, libraryOf(python));
  await unpack(python, dir, (name) => isRuntime(name, extras));
  await provideLibpython({ unpack, python, extras }, dir);
  await linkDevelopment(libraryOf(python), dir);
  await checkStart(run, python, dir);
  await rewriteSysconfig(library, dir);
  await compileLibrary(run, { dir, library, of: "apps", builds: join(dir, development, "bytecode") });
}

/** Upstream's older releases are a small program that needs libpython, the newer ones have all of it in the program itself. */
const smallProgram = 2 ** 20;

async function provideLibpython({ unpack, python, extras }: Omit<Runtime, "run">, dir: string): Promise<void> {
  if (extras.libpython) return;
  const line = lineOf(python);
  if ((await stat(join(dir, `bin/python${line}`))).size < smallProgram) return unpack(python, dir, isLibpython);
  const names = [`libpython${line}.so`, `libpython${line}.so.1.0`];
  for (const name of names) await symlink(`../${development}/lib/${name}`, join(dir, "lib", name));
}

/**
 * No variable names pip, as a Python in a virtual environment must not see it: a `.pth` file of this Python's own site-packages does. Its folder,
 * and what is linked here, are there during builds only. Names are relative: the same bytes wherever the layers are.
 */
async function linkDevelopment(library: string, dir: string): Promise<void> {
  const sitePackages = join(dir, library, "site-packages");
  await mkdir(sitePackages, { recursive: true });
  await writeFile(join(sitePackages, "development.pth"), `../../../${development}/${library}/site-packages\n`);
  await symlink(`${development}/include`, join(dir, "include"));
  await symlink(`../../${development}/${library}/ensurepip`, join(dir, library, "ensurepip"));
}

/**
 * Installs the precompiled files for installing and compiling packages, outside of directories that
 * the lifecycle adds to variables, which would override those of Python itself.
 *
 * @param runtime the directory of Python
 */
export async function installDevelopment(parts: Omit<Runtime, "extras">, dir: string, runtime: string): Promise<void> {
  const { unpack, run, python } = parts;
  const library = join(runtime, libraryOf(python));
  await unpack(python, join(dir, "python"), isDevelopment);
  await compileLibrary(run, { dir: runtime, library, of: "builds", builds: join(dir, "python/bytecode") });
  await compilePackages(run, runtime, sitePackagesOf(python, dir));
  const tools = (await readdir(sitePackagesOf(python, dir))).includes("pip") ? ["pip", "pip3"] : [];
  await mkdir(join(dir, "bin"), { recursive: true });
  for (const tool of tools) {
    // upstream's scripts look for Python beside them
    await writeFile(join(dir, "bin", tool), `#!/bin/sh\nexec ${join(runtime, "bin/python3")} -m pip "$@"\n`);
    await chmod(join(dir, "bin", tool), 0o755);
  }
}

/** The path of pip in the layer `development`. */
export const sitePackagesOf = (python: Release, layer: string): string =>
  join(layer, "python", libraryOf(python), "site-packages");
