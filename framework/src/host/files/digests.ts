import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Computes a digest of a file, or of the names and contents of all files in a directory. Use the
 * digest as a key in the metadata of a layer that contains files of the buildpack.
 *
 * @example
 * ```ts
 * const layerKey = { script: await digestOfFiles(`${context.buildpack.dir}/assets`) };
 * ```
 */
export async function digestOfFiles(path: string): Promise<string> {
  const names = await readdir(path).catch(() => [""]);
  const hash = createHash("sha256");
  for (const name of names.toSorted()) hash.update(`${name}\0`).update(await readFile(join(path, name)));
  return `sha256:${hash.digest("hex")}`;
}

/**
 * Computes the digest of a text, as `sha256:<hex>`.
 *
 * @example `const key = digestOfText(await app.readText("tool.toml")); // "sha256:…"`
 */
export const digestOfText = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;
