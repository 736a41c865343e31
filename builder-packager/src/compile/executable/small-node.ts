import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../../cache-dirs.ts";
import { populateComplete } from "../populate.ts";
import { dropExports } from "./drop-exports.ts";
import { dropTypeStripper } from "./drop-type-stripper.ts";
import { parseElf } from "./elf.ts";
import { type NodeBinaryOptions, nodeBinary } from "./node-binary.ts";
import { type NodeArchitecture, nodeRelease } from "./node-release.ts";
import { stripElf } from "./strip-elf.ts";

/**
 * The version of the removal, which is part of the cache key. Increase it when other parts are
 * removed.
 */
const recipe = "1";

/**
 * Returns the pinned Node.js without parts that executables do not need. The file is cached and
 * shared by all executables of an architecture.
 */
export async function smallNode(arch: NodeArchitecture, options: NodeBinaryOptions): Promise<Buffer> {
  const { binary } = nodeRelease.packages[arch];
  const dir = cacheDir(options.env, "node", `${nodeRelease.version}-small-${recipe}-${arch}-${binary.slice(0, 16)}`);
  await populateComplete(dir, async (workDir) => {
    const node = await nodeBinary(arch, options);
    options.signal?.throwIfAborted();
    await writeFile(join(workDir, "node"), withoutUnused(await readFile(node.file)), { mode: 0o755 });
  });
  return readFile(join(dir, "node"));
}

function withoutUnused(node: Uint8Array): Buffer {
  const stripped = stripElf(node);
  dropExports(stripped, parseElf(stripped));
  dropTypeStripper(stripped);
  return stripped;
}
