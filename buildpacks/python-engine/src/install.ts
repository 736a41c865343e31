import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startFailure } from "@libcnb/app-kit/release/program-check";
import type { Unpack } from "@libcnb/app-kit/release/unpacking";
import { type Release, type RunTool, UserError } from "libcnb";
import { compileLibrary, compilePackages } from "./bytecode.ts";
import { type Extras, isDevelopment, isLibpython, isRuntime } from "./contents.ts";

/**
 * The directory of the layer `development` with the parts of Python that only builds need, relative
 * to the layer `python`.
 */
const development = "../development/python";

/** The line of a release: `3.14`. */
const lineOf = ({ version }: Pick<Release, "version">): string => version.split(".").slice(0, 2).join(".");

/** Returns the directory of the standard library, relative to the release. */
export const libraryOf = (python: Pick<Release, "version">): string => `lib/python${lineOf(python)}`;

/** The inputs of the runtime layer. */
export interface Runtime {
  readonly unpack: Unpack;
  readonly run: RunTool;
  readonly python: Release;
  readonly extras: Extras;
}

/**
 * Installs the precompiled runtime of apps. During a build, the runtime also finds pip, headers and
 * libpython in the layer `development`.
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
 * No variable names pip, as a Python in a virtual environment must not see it: a `.pth` file of this Python's own site-packages does. Its directory,
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
 * Installs the precompiled files for installing and compiling packages. The lifecycle adds some
 * directories of a layer to environment variables. The files are in other directories, because they
 * would otherwise take precedence over Python's own directories.
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
    // upstream's scripts look for Python in their own directory
    await writeFile(join(dir, "bin", tool), `#!/bin/sh\nexec ${join(runtime, "bin/python3")} -m pip "$@"\n`);
    await chmod(join(dir, "bin", tool), 0o755);
  }
}

/** Returns the directory in the layer `development` that contains pip. */
export const sitePackagesOf = (python: Release, layer: string): string =>
  join(layer, "python", libraryOf(python), "site-packages");

/**
 * Starts Python once, so that dependencies missing in the build image are reported early.
 *
 * @throws UserError PYTHON_NOT_STARTING
 */
export async function checkStart(run: RunTool, { version }: Release, dir: string): Promise<void> {
  const command = [join(dir, "bin/python3"), "-I", "-S", "-B", "-c", ""] as const;
  const failure = await startFailure(run, { command, cwd: dir, failsWith: [1] });
  if (failure === undefined) return;
  throw new UserError("PYTHON_NOT_STARTING", `Python ${version} does not start in the build image`, {
    cause: failure.cause,
    hint: "Use base images with glibc (Debian, Ubuntu, Fedora; not Alpine) for the target's architecture.",
  });
}

/** Settings of a release that record where and with which compiler it was built. */
const descriptions = /^(_sysconfigdata_.*\.py|_sysconfig_vars_.*\.json)$/;
/**
 * Corrects Python's own description: upstream's says that it is in /install, and that packages are
 * compiled with upstream's clang, which the build image does not have. Build tools rely on that.
 *
 * @param library the directory of the standard library
 * @param dir the directory of Python
 */
async function rewriteSysconfig(library: string, dir: string): Promise<void> {
  const names = (await readdir(library)).filter((name) => descriptions.test(name));
  for (const name of names) {
    const file = join(library, name);
    await writeFile(file, relocated(await readFile(file, "utf8"), dir));
  }
}

/**
 * Rewrites the description of a Python build: `/install` is replaced by `dir`, and the publisher's
 * clang and LLVM tools are replaced by cc, c++, ar and so on.
 */
export const relocated = (text: string, dir: string): string =>
  text
    .replace(/(?<![\w./-])\/install(?=[/"' :]|$)/gm, () => dir)
    .replace(/(?<=")clang\+\+(?=[ "])/g, "c++")
    .replace(/(?<=")clang(?=[ "])/g, "cc")
    .replace(/(?<=")\/tools\/llvm\/bin\/llvm-(ar|nm|ranlib|readelf|objcopy|strip)(?=[ "])/g, "$1")
    .replace(/ ?-fdebug-default-version=4/g, "");
