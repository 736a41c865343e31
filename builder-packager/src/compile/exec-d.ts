import { createHash } from "node:crypto";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Component } from "libcnb";
import { cacheDir } from "../cache-dirs.ts";
import { bundleExecD } from "./bundle/bundle-exec-d.ts";
import type { ExecDModule } from "./bundle/entry-source.ts";
import { bundledPackages } from "./bundle/packages.ts";
import type { CompileOptions, ProgramFile } from "./executable/executable.ts";
import { engineComponent, programComponents } from "./licenses/components.ts";
import { licenseText, licenseWarnings, packageLicenses } from "./licenses/licenses.ts";
import { tarballDigests } from "./licenses/npm-integrity.ts";
import { populateComplete } from "./populate.ts";
import type { Script } from "./script.ts";
import { engineFor, engineParts } from "./small/engine.ts";
import { nodeLayer } from "./small/node-layer.ts";
import { writeSmallProgram } from "./small/small-program.ts";

/** The compiled exec.d programs of a buildpack. */
export interface ExecDPrograms {
  /** The programs and their licenses, by path in the buildpack's directory (`exec.d/limits`). */
  readonly files: readonly ProgramFile[];
  /** The programs' components, for the buildpack's SBOM. */
  readonly components: readonly Component[];
  readonly warnings: readonly string[];
}

/**
 * Compiles the exec.d programs of a trusted buildpack. Each one is a static program: the small
 * engine for exec.d programs, with the program's modules inside. It is cached by the digest of all
 * its inputs.
 *
 * @throws CnbError COMPILE_FAILED
 */
export async function compileExecD(modules: readonly ExecDModule[], options: CompileOptions): Promise<ExecDPrograms> {
  const layer = (await nodeLayer()).files;
  const engine = engineParts("launch-linux");
  const files: ProgramFile[] = [];
  const components: Component[] = engine.map(engineComponent);
  const warnings: string[] = [];
  const texts = new Set<string>();
  for (const module of modules) {
    const entries = [{ id: module.buildpack.id, entry: module.entry }] as const;
    const { files: sources, ...script } = await bundleExecD(module, options);
    const packages = bundledPackages([...sources, ...layer], entries);
    const licenses = await packageLicenses(packages);
    const digests = tarballDigests(packages);
    texts.add(licenseText([...licenses, ...engine], { notices: script.notices }));
    components.push(...programComponents({ packages, digests, node: undefined }));
    warnings.push(...script.warnings, ...licenseWarnings(packages, licenses));
    files.push(await program(module, script, options));
  }
  return { files: [...files, await licenceFile([...texts], options)], components, warnings };
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

async function licenceFile(texts: readonly string[], options: CompileOptions): Promise<ProgramFile> {
  const text = texts.join("\n");
  const dir = await cached([text], options, (workDir) => writeFile(join(workDir, "LICENSES.txt"), text));
  return fileIn(dir, "LICENSES.txt", { path: "exec.d/LICENSES.txt", mode: 0o644 });
}

async function cached(
  inputs: readonly (Uint8Array | string)[],
  { env }: CompileOptions,
  make: (workDir: string) => Promise<void>,
): Promise<string> {
  const digests = inputs.map((input) => createHash("sha256").update(input).digest("hex"));
  const key = createHash("sha256")
    .update(JSON.stringify(["exec.d 4", ...digests]))
    .digest("hex");
  const dir = cacheDir(env, "executables", key);
  await populateComplete(dir, make);
  return dir;
}

async function fileIn(dir: string, name: string, packaged: Pick<ProgramFile, "path" | "mode">): Promise<ProgramFile> {
  const file = join(dir, name);
  return { ...packaged, file, size: (await stat(file)).size };
}
