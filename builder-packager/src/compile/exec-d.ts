import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Component } from "libcnb";
import { cacheDir } from "../cache-dirs.ts";
import { bundleExecD } from "./bundle/bundle-exec-d.ts";
import type { ExecDModule } from "./bundle/entry-source.ts";
import { bundledPackages } from "./bundle/packages.ts";
import type { CompileOptions, ProgramFile } from "./executable/executable.ts";
import { engineComponent, programComponents } from "./licenses/components.ts";
import { licenseText, licenseWarnings, type PackageLicense, packageLicenses } from "./licenses/licenses.ts";
import { tarballDigests } from "./licenses/npm-integrity.ts";
import { populateComplete } from "./populate.ts";
import type { Script } from "./script.ts";
import { engineFor, engineParts } from "./small/engine.ts";
import { nodeLayer } from "./small/node-layer.ts";
import { joinPieces, piecesOf } from "./small/pieces.ts";
import { writeSmallProgram } from "./small/small-program.ts";

/** The compiled exec.d programs of a buildpack. */
export interface ExecDPrograms {
  /** The programs, by path in the buildpack's directory (`exec.d/limits`). */
  readonly programs: readonly ProgramFile[];
  /** The programs' components, for the buildpack's SBOM. */
  readonly components: readonly Component[];
  readonly licenses: readonly PackageLicense[];
  /** The notices in the comments of bundled files. */
  readonly notices: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Compiles the exec.d programs of a trusted buildpack. Each exec.d program becomes a static
 * executable that contains the small engine for exec.d programs and the program's modules. The
 * executable is cached by the digest of all its inputs.
 *
 * @throws CnbError COMPILE_FAILED
 */
export async function compileExecD(modules: readonly ExecDModule[], options: CompileOptions): Promise<ExecDPrograms> {
  const layer = (await nodeLayer()).files;
  const programs: ProgramFile[] = [];
  const components: Component[] = engineParts("launch-linux").map(engineComponent);
  const licenses: PackageLicense[] = [];
  const notices: string[] = [];
  const warnings: string[] = [];
  for (const module of modules) {
    const entries = [{ id: module.buildpack.id, entry: module.entry }] as const;
    const { files: sources, ...script } = await bundleExecD(module, options);
    const packages = bundledPackages([...sources, ...layer], entries);
    const own = await packageLicenses(packages);
    licenses.push(...own);
    notices.push(...script.notices);
    components.push(...programComponents({ packages, digests: tarballDigests(packages), node: undefined }));
    warnings.push(...script.warnings, ...licenseWarnings(packages, own));
    programs.push(await program(module, script, options));
  }
  return { programs, components, licenses, notices, warnings };
}

async function program(
  { name }: ExecDModule,
  script: Pick<Script, "code" | "map" | "chunks">,
  options: CompileOptions,
) {
  const { arch, env, reporter, signal } = options;
  const { sha256 } = engineFor(arch, "launch-linux");
  const layer = JSON.stringify((await nodeLayer()).chunks);
  const dir = await cached([sha256, script.code, script.map, layer], options, async (workDir) => {
    reporter.info(`Compiling the exec.d program ${name} for linux/${arch}`);
    await writeSmallProgram(script, { arch, workDir, kind: "launch-linux", env, signal });
  });
  return fileIn(dir, "engine", { path: `exec.d/${name}`, mode: 0o755 });
}

/** The files that packages of buildpacks contain for their exec.d programs. */
export interface ExecDFiles {
  /** The files that all buildpacks of a layer have in common. */
  readonly shared: readonly ProgramFile[];
  /** The files of each buildpack, in the order of the buildpacks. */
  readonly own: readonly (readonly ProgramFile[])[];
}

/**
 * Returns the files for the exec.d programs of the buildpacks in one layer. A single program is a
 * file. Several programs share the file `exec.d/_shared`, and each program is a list of ranges in
 * that file, because all programs contain the engine and most modules of the Node layer. For
 * example, four programs take 3.8 MB compressed as files, and 1.1 MB as ranges. The framework
 * assembles a program when a layer of the app needs it.
 */
export async function execDFiles(
  buildpacks: readonly ExecDPrograms[],
  options: Pick<CompileOptions, "env">,
): Promise<ExecDFiles> {
  const licenses = await licenceFile(buildpacks, options);
  const programs = buildpacks.flatMap((each) => each.programs);
  if (programs.length < 2) return { shared: [licenses], own: buildpacks.map((each) => each.programs) };
  const contents = await Promise.all(programs.map(({ file }) => readFile(file)));
  const dir = await cached(contents, options, (workDir) => writeShared(workDir, contents));
  const shared = await fileIn(dir, "_shared", { path: "exec.d/_shared", mode: 0o644 });
  const ranges = programs.map(({ path }, index) =>
    fileIn(dir, `${index}.json`, { path: `${dirname(path)}/_${basename(path)}.json`, mode: 0o644 }),
  );
  const ofProgram = new Map(programs.map((program, index) => [program, ranges[index]]));
  const own = buildpacks.map((each) => Promise.all(each.programs.flatMap((program) => ofProgram.get(program) ?? [])));
  return { shared: [licenses, shared], own: await Promise.all(own) };
}

/**
 * Writes the file that programs share, and the ranges of each program in it, as `0.json`, `1.json` and
 * so on.
 */
async function writeShared(workDir: string, programs: readonly Uint8Array[]): Promise<void> {
  const { shared, ranges } = joinPieces(programs.map(piecesOf));
  await writeFile(join(workDir, "_shared"), shared);
  for (const [index, program] of programs.entries()) {
    const text = JSON.stringify({ sha256: sha256Of(program), ranges: ranges[index] });
    await writeFile(join(workDir, `${index}.json`), text);
  }
}

const sha256Of = (contents: Uint8Array | string): string => createHash("sha256").update(contents).digest("hex");

async function licenceFile(buildpacks: readonly ExecDPrograms[], options: Pick<CompileOptions, "env">) {
  const licenses = new Map(buildpacks.flatMap((each) => each.licenses).map((each) => [JSON.stringify(each), each]));
  const notices = [...new Set(buildpacks.flatMap((each) => each.notices))];
  const text = licenseText([...licenses.values(), ...engineParts("launch-linux")], { notices });
  const dir = await cached([text], options, (workDir) => writeFile(join(workDir, "LICENSES.txt"), text));
  return fileIn(dir, "LICENSES.txt", { path: "exec.d/LICENSES.txt", mode: 0o644 });
}

async function cached(
  inputs: readonly (Uint8Array | string)[],
  { env }: Pick<CompileOptions, "env">,
  make: (workDir: string) => Promise<void>,
): Promise<string> {
  const key = sha256Of(JSON.stringify(["exec.d 5", ...inputs.map(sha256Of)]));
  const dir = cacheDir(env, "executables", key);
  await populateComplete(dir, make);
  return dir;
}

async function fileIn(dir: string, name: string, packaged: Pick<ProgramFile, "path" | "mode">): Promise<ProgramFile> {
  const file = join(dir, name);
  return { ...packaged, file, size: (await stat(file)).size };
}
