import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { execute, root } from "../support/cnb.ts";
import type { PreparedImage } from "./images.ts";
import { ReleaseError } from "./release-error.ts";

/** The images by digest, one per line: what a platform pins. */
export const imageList = (images: readonly Pick<PreparedImage, "reference" | "digest">[]): string =>
  images.map(({ reference, digest }) => `${reference}@${digest}\n`).join("");

/** Lines that `sha256sum --check` reads. */
export const checksumLines = (digests: Readonly<Record<string, string>>): string =>
  Object.entries(digests)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, digest]) => `${digest}  ${file}\n`)
    .join("");

/** Writes SHA256SUMS of all files in a directory, except OCI layouts, whose digests are those of their contents. */
export async function writeChecksums(dir: string): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name !== "SHA256SUMS")
    .map(({ parentPath, name }) => relative(dir, join(parentPath, name)))
    .filter((file) => !file.startsWith("images/") || file.startsWith("images/sbom/"));
  const digests = await Promise.all(files.map(async (file) => [file, await sha256(join(dir, file))] as const));
  await writeFile(join(dir, "SHA256SUMS"), checksumLines(Object.fromEntries(digests)));
  return files.length;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

/** Options of tar with which the same files give the same bytes. */
const sameBytes = [
  "--sort=name",
  "--mtime=@0",
  "--owner=0",
  "--group=0",
  "--numeric-owner",
  "--mode=go=rX,u+rw",
] as const;

/** Builds the documentation site into an archive. The same pages give the same bytes. */
export async function packSite(file: string): Promise<void> {
  await runScript("docs/site/build.ts");
  await packFiles(file, join(root, "docs/dist/site"), ["."]);
}

/** Writes files of a directory into a compressed archive. The same files give the same bytes. */
export async function packFiles(archive: string, dir: string, names: readonly string[]): Promise<void> {
  await succeeds("tar", ["--create", "--gzip", "--file", archive, ...sameBytes, "--directory", dir, ...names]);
}

/** Runs a script of the repository. */
export async function runScript(path: string, args: readonly string[] = []): Promise<void> {
  await succeeds(process.execPath, ["--conditions=@libcnb/source", join(root, path), ...args]);
}

async function succeeds(command: string, args: readonly string[]): Promise<void> {
  const { exitCode, stderr, stdout } = await execute(command, args, { env: { ...process.env, GZIP: "-n9" } });
  if (exitCode === 0) return;
  throw new ReleaseError(
    "COMMAND_FAILED",
    `${command} failed:\n${stdout}${stderr}`,
    "Correct the problem, and run the same command again.",
  );
}
