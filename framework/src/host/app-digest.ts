import { createHash, hash } from "node:crypto";
import { createReadStream, lstatSync, readFileSync, type Stats } from "node:fs";
import { below, type FileName, namesIn, targetOf, textOf } from "./files/file-name.ts";

/**
 * A path in the app as given, and its real location. The location is undefined if the path does not
 * exist.
 */
export interface DigestedPath {
  readonly name: string;
  readonly real: string | undefined;
}

/**
 * Computes a digest of files, and of directories with all their content. The digest ignores
 * differences between copies of an app: times, owners, permissions except the executable bit, and
 * empty directories.
 */
export async function digestOf(paths: readonly DigestedPath[]): Promise<string> {
  const digest = createHash("sha256");
  for (const { name, real } of paths) {
    const entries = real === undefined ? absent(name) : entriesBelow(real, name);
    for await (const entry of entries) digest.update(`${JSON.stringify(entry)}\n`);
  }
  return `sha256:${digest.digest("hex")}`;
}

/** An entry of the digest: its name, type and content. */
type Entry = readonly [name: string, kind: string, contents?: string];

async function* absent(name: string): AsyncGenerator<Entry> {
  yield [name, "absent"];
}

async function* entriesBelow(path: FileName, name: string): AsyncGenerator<Entry> {
  const stats = lstatSync(path);
  if (!stats.isDirectory()) return yield await entryOf(path, name, stats);
  for (const entry of namesIn(path)) yield* entriesBelow(below(path, entry), `${name}/${textOf(entry)}`);
}

// a link is not followed: it may lead anywhere, and round in a circle
async function entryOf(path: FileName, name: string, stats: Stats): Promise<Entry> {
  if (stats.isSymbolicLink()) return [name, "link", textOf(targetOf(path))];
  // who opens a pipe waits for somebody to write into it
  if (!stats.isFile()) return [name, "special"];
  return [name, (stats.mode & 0o100) === 0 ? "file" : "executable", await digestOfFile(path, stats.size)];
}

// many small files are read in a fraction of the time that threads take for them; a large one must not fill the memory
const largeBytes = 1024 * 1024;

async function digestOfFile(path: FileName, size: number): Promise<string> {
  if (size <= largeBytes) return hash("sha256", readFileSync(path));
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(path)) digest.update(chunk);
  return digest.digest("hex");
}
