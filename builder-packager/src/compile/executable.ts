import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../cache-dirs.ts";
import { CnbError } from "../errors.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { dropExports } from "./drop-exports.ts";
import { dropTypeStripper } from "./drop-type-stripper.ts";
import { parseElf } from "./elf.ts";
import type { EntryModule } from "./entry-source.ts";
import { injectBlob } from "./inject.ts";
import { licenseText, packageLicenses } from "./licenses.ts";
import { type NodeBinaryOptions, nodeBinary } from "./node-binary.ts";
import { hostArchitecture, type NodeArchitecture, nodeRelease } from "./node-release.ts";
import { phaseStart } from "./phase-start/phase-start.ts";
import { populateOnce } from "./populate.ts";
import { seaBlob } from "./sea-blob.ts";
import { stripElf } from "./strip-elf.ts";

/** A program that needs nothing but a C library, libstdc++ and libgcc of the image. */
export interface Executable {
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  /** Licences of Node.js and of the bundled packages. */
  readonly licenseFile: string;
  /** The program that stands beside it as bin/detect, bin/build or bin/generate, and becomes it. */
  readonly start: Uint8Array;
}

export interface CompileOptions extends NodeBinaryOptions {
  readonly arch: NodeArchitecture;
}

/**
 * Compiles TypeScript buildpacks into one executable for Linux that runs any of them by name: Node.js with the bundled
 * script inside. The same sources give the same bytes in any folder, for any user. Kept in the cache by the digest of all
 * that goes in.
 *
 * @throws CnbError COMPILE_FAILED | NODE_BINARY_UNAVAILABLE
 * @example `await compileExecutable([{ id: "me/hello", entry: "/src/hello/src/buildpack.ts" }], { arch: "amd64", env, cwd, reporter })`
 */
export async function compileExecutable(
  modules: readonly [EntryModule, ...EntryModule[]],
  options: CompileOptions,
): Promise<Executable> {
  const script = await bundle(modules, options);
  const base = await nodeBinary(options.arch, options);
  const licenses = licenseText(await packageLicenses(script.inputs), await readFile(base.licenseFile, "utf8"));
  const node = await readFile(base.file);
  const dir = cacheDir(options.env, "executables", cacheKey([script.code, script.map, node, licenses], options.arch));
  await populateOnce(dir, async (workDir) => {
    options.reporter.info(`Compiling ${modules.map(({ id }) => id).join(", ")} for linux/${options.arch}`);
    await assemble(script, node, { ...options, workDir });
    await writeFile(join(workDir, "LICENSE"), licenses);
  });
  return executableIn(dir, options.arch);
}

/** Raise it when the way an executable is made changes. */
const recipe = "4";

function cacheKey(parts: readonly (Uint8Array | string)[], arch: NodeArchitecture): string {
  const digests = parts.map((part) => createHash("sha256").update(part).digest("hex"));
  const options = [recipe, nodeRelease.version, arch, hostArchitecture() ?? process.arch];
  return createHash("sha256")
    .update(JSON.stringify([...options, ...digests]))
    .digest("hex");
}

async function executableIn(dir: string, arch: NodeArchitecture): Promise<Executable> {
  const file = join(dir, "main");
  return { file, size: (await stat(file)).size, licenseFile: join(dir, "LICENSE"), start: phaseStart(arch) };
}

interface AssembleOptions extends CompileOptions {
  readonly workDir: string;
}

async function assemble(script: Bundle, node: Uint8Array, options: AssembleOptions): Promise<void> {
  const blobDir = join(options.workDir, "blob");
  await mkdir(blobDir);
  const codeCache = options.arch === hostArchitecture();
  const generator = await blobGenerator(options);
  const signal = options.signal ? { signal: options.signal } : {};
  const blob = await seaBlob(script, { node: generator, workDir: blobDir, codeCache, ...signal });
  await rm(blobDir, { recursive: true });
  const file = join(options.workDir, "main");
  await writeFile(file, smaller(node));
  await injectBlob(file, blob);
  await chmod(file, 0o755);
}

function smaller(node: Uint8Array): Buffer {
  const stripped = stripElf(node);
  dropExports(stripped, parseElf(stripped));
  dropTypeStripper(stripped);
  return stripped;
}

/** A Node.js of the pinned version that runs here. On other systems than Linux it can only be the one that runs us. */
async function blobGenerator(options: NodeBinaryOptions): Promise<string> {
  const arch = hostArchitecture();
  if (process.platform === "linux" && arch) return (await nodeBinary(arch, options)).file;
  if (process.versions.node === nodeRelease.version) return process.execPath;
  throw new CnbError(
    "NODE_BINARY_UNAVAILABLE",
    `no Node.js ${nodeRelease.version} runs on ${process.platform}/${process.arch}`,
    {
      hint: `Start cnb with Node.js ${nodeRelease.version}.`,
    },
  );
}
