import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { type App, extractArchive } from "libcnb";
import type { Candidate } from "./choose.ts";

/**
 * Copies or unpacks an artifact into a directory, in the layout that it has in the image.
 *
 * @param isOneOfSeveral true if the image gets several artifacts; each then keeps its name
 */
export async function layOut(app: App, artifact: Candidate, to: string, isOneOfSeveral: boolean): Promise<void> {
  mkdirSync(to, { recursive: true });
  const from = app.path(artifact.path);
  if (isOneOfSeveral) cpSync(from, join(to, basename(from)), { recursive: true, verbatimSymlinks: true });
  else if (artifact.kind === "folder") cpSync(from, to, { recursive: true, verbatimSymlinks: true });
  else if (artifact.kind === "distribution") await unpackDistribution(from, to);
  else if (artifact.isUnpacked && isPlainZip(from)) await extractArchive(from, to);
  else copyJar(from, to, artifact.classPath);
  normalize(to);
}

/** Some hold a directory around everything, as Gradle's do, and some do not. */
async function unpackDistribution(from: string, to: string): Promise<void> {
  await extractArchive(from, to);
  const [top, ...others] = readdirSync(to, { withFileTypes: true });
  if (top === undefined || others.length > 0 || !top.isDirectory() || /^(?:bin|lib)$/.test(top.name)) return;
  const around = `${to}-around`;
  renameSync(to, around);
  renameSync(join(around, top.name), to);
  rmdirSync(around);
}

/**
 * True if the archive starts with the zip header. An executable archive starts with a shell script
 * instead. It is not unpacked.
 */
function isPlainZip(path: string): boolean {
  const head = Buffer.alloc(2);
  const file = openSync(path, "r");
  readSync(file, head);
  closeSync(file);
  return head.toString() === "PK";
}

/** A jar, which may mean something else unpacked: signatures and classes for one version of Java count in jars alone. */
function copyJar(from: string, to: string, classPath: readonly string[]): void {
  cpSync(from, join(to, basename(from)));
  for (const path of classPath) {
    const source = join(dirname(from), path);
    if (existsSync(source)) cpSync(source, join(to, path), { recursive: true });
  }
}

/**
 * Makes the files independent of when and by whom they were built: their modes are 0755 or 0644,
 * and pom.properties contains no time.
 */
function normalize(dir: string): void {
  setMode(dir, 0o755);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) normalize(path);
    else if (entry.isFile()) normalizeFile(path);
  }
}

function normalizeFile(path: string): void {
  const { mode } = lstatSync(path);
  setMode(path, (mode & 0o111) === 0 ? 0o644 : 0o755);
  if (basename(path) === "pom.properties") writeFileSync(path, withoutTimes(readFileSync(path, "utf8")));
}

const setMode = (path: string, mode: number): void => {
  if ((lstatSync(path).mode & 0o7777) !== mode) chmodSync(path, mode);
};

/** Old versions of Maven's plugins write into a comment when they wrote. */
const withoutTimes = (text: string): string => text.replace(/^#.*\r?\n/gm, "");
