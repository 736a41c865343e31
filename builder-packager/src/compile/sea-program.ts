import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CnbError } from "../errors.ts";
import type { Bundle } from "./bundle.ts";
import type { ProgramParts } from "./bundle-report.ts";
import { dropExports } from "./drop-exports.ts";
import { dropTypeStripper } from "./drop-type-stripper.ts";
import { parseElf } from "./elf.ts";
import { injectBlob } from "./inject.ts";
import { type NodeBinaryOptions, nodeBinary } from "./node-binary.ts";
import { hostArchitecture, type NodeArchitecture, nodeRelease } from "./node-release.ts";
import { seaBlob } from "./sea-blob.ts";
import { stripElf } from "./strip-elf.ts";

export interface SeaProgramOptions extends NodeBinaryOptions {
  readonly arch: NodeArchitecture;
  readonly workDir: string;
  readonly codeCache: boolean;
}

/** Writes `main` into the folder: Node.js with the script inside. */
export async function writeSeaProgram(script: Bundle, options: SeaProgramOptions): Promise<ProgramParts> {
  const { arch, workDir, codeCache, signal } = options;
  const blobDir = join(workDir, "blob");
  await mkdir(blobDir);
  const generator = await blobGenerator(options);
  const blob = await seaBlob(script, { node: generator, workDir: blobDir, codeCache, ...(signal && { signal }) });
  await rm(blobDir, { recursive: true });
  const base = smaller(await readFile((await nodeBinary(arch, options)).file));
  const file = join(workDir, "main");
  await writeFile(file, base, { mode: 0o755 });
  await injectBlob(file, blob);
  return {
    node: base.length,
    script: script.code.length,
    codeCache: 0,
    sourceMap: script.map.length,
  };
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
