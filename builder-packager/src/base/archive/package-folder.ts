import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { CnbError } from "../../errors.ts";
import { readDebControl } from "../packages/deb.ts";
import { type PackageIndex, packageUrl } from "./package-index.ts";

/**
 * True if a mirror is a local directory of packages instead of a copy of an archive with a signed
 * index.
 */
export async function isPackageFolder(url: string): Promise<boolean> {
  if (!url.startsWith("file:")) return false;
  const dir = fileURLToPath(url);
  const isDirectory = (path: string) =>
    stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
  return (await isDirectory(dir)) && !(await isDirectory(join(dir, "dists")));
}

/**
 * Reads the packages in a directory as an index: the packages for the given architecture, and
 * packages for `all` architectures.
 */
export async function readPackageFolder(url: string, architecture: string): Promise<PackageIndex> {
  const dir = fileURLToPath(url);
  const stanzas: string[] = [];
  for (const file of await debsIn(dir)) stanzas.push(...(await stanzaOf(dir, file, architecture)));
  return { text: stanzas.join("\n"), mirror: url, source: dir };
}

/** Returns the paths of the packages in a directory, by their SHA-256. */
export async function packagesByDigest(url: string): Promise<ReadonlyMap<string, string>> {
  const dir = fileURLToPath(url);
  const found = new Map<string, string>();
  for (const file of await debsIn(dir)) found.set(sha256(await readFile(file)), packageUrl(url, relative(dir, file)));
  return found;
}

async function debsIn(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    const debs = entries.filter((entry) => entry.name.endsWith(".deb") && !entry.isDirectory());
    return debs.map(({ parentPath, name }) => join(parentPath, name)).sort();
  } catch (cause) {
    throw new CnbError("BASE_DOWNLOAD_FAILED", `cannot read the directory of packages ${dir}`, {
      cause,
      hint: "Pass another directory with --mirror.",
    });
  }
}

async function stanzaOf(dir: string, file: string, architecture: string): Promise<string[]> {
  const name = relative(dir, file);
  const bytes = await readFile(file);
  // An empty line would begin another package, in the middle of the index.
  const control = (await readDebControl(bytes, name)).trim().split(/\n[ \t]*\n/)[0] ?? "";
  const forArchitecture = /^Architecture:[ \t]*(\S+)/im.exec(control)?.[1] ?? "";
  if (forArchitecture !== "all" && forArchitecture !== architecture) return [];
  return [`${control}\nFilename: ${name}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`];
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
