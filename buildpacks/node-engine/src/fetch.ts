import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { download, type Env, LibcnbError, UserError } from "libcnb";

/** A file to fetch; `integrity` as `download` of libcnb takes it. */
export interface Wanted {
  readonly url: string;
  readonly integrity: string;
  readonly token?: string | undefined;
}

/** Fetches a file by HTTP or from a `file:` mirror; it is at `to` with the right checksum, or not at all. */
export async function fetchFile({ url, integrity, token }: Wanted, to: string, env: Env): Promise<void> {
  if (url.startsWith("file:")) return copyChecked(url, integrity, to);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  await download(url, { to, integrity, headers, env });
}

async function copyChecked(url: string, integrity: string, to: string): Promise<void> {
  try {
    await copyFile(fileURLToPath(url), to);
  } catch (cause) {
    throw new UserError("NODE_MIRROR_UNREADABLE", `${url} cannot be read`, {
      cause,
      hint: "Correct BP_NODE_MIRROR, or add the archive to the mirror.",
    });
  }
  const actual = await digestLike(integrity, to);
  if (actual === integrity) return;
  await rm(to);
  throw new LibcnbError("DOWNLOAD_CHECKSUM_MISMATCH", `${url} is not the file that was expected`, {
    cause: `expected ${integrity}, got ${actual}`,
    hint: "Check whether a mirror or proxy changes files; otherwise do not use it, and tell its publisher.",
  });
}

/** The digest of a file, written the way `integrity` is: `sha256:<hex>` or `sha512-<base64>`. */
async function digestLike(integrity: string, file: string): Promise<string> {
  const [, algorithm = "", separator] = /^(sha\d+)([:-])/.exec(integrity) ?? [];
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return `${algorithm}${separator}${hash.digest(separator === ":" ? "hex" : "base64")}`;
}
