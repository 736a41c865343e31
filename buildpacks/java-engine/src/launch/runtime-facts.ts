import { access, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Ability } from "./java-facts.ts";

/** The names of the files in a Java that supports a feature. */
const files = {
  debugs: ["libjdwp.so"],
  manages: ["libmanagement_agent.so", "management/jmxremote.access"],
  records: ["jfr/default.jfc"],
} as const satisfies Record<Ability, readonly string[]>;

/**
 * Returns those features that containers can switch on and that a Java installation has. An
 * installation with fewer modules lacks some of them.
 */
export async function abilitiesOf(runtime: string): Promise<readonly Ability[]> {
  const dirs = await librariesOf(runtime);
  const known = Object.keys(files) as readonly Ability[];
  const found = await Promise.all(known.map((each) => isIn(dirs, files[each])));
  return known.filter((_, index) => found[index]);
}

/** Java 8 has its libraries in a directory for the processor, and a JDK of it in a JRE. */
async function librariesOf(runtime: string): Promise<readonly string[]> {
  const dirs = [join(runtime, "lib"), join(runtime, "jre/lib")];
  const inner = await Promise.all(dirs.map((dir) => readdir(dir).catch(() => [])));
  return [...dirs, ...dirs.flatMap((dir, index) => (inner[index] ?? []).map((name) => join(dir, name)))];
}

async function isIn(dirs: readonly string[], names: readonly string[]): Promise<boolean> {
  const paths = dirs.flatMap((dir) => names.map((name) => join(dir, name)));
  const found = await Promise.allSettled(paths.map((path) => access(path)));
  return found.some(({ status }) => status === "fulfilled");
}

const imageMagic = 0xcafedada;
const imageHeader = 16;
const zipEnd = 0x06054b50;
const zipEndLength = 22;

/**
 * Estimates the number of classes of a Java installation from the files in its module image, or in
 * the archives of Java 8.
 */
export async function classesOf(runtime: string): Promise<number> {
  const image = await filesInImage(join(runtime, "lib/modules"));
  if (image !== undefined) return image;
  const dirs = ["lib", "lib/ext", "jre/lib", "jre/lib/ext"].map((dir) => join(runtime, dir));
  const counts = await Promise.all(dirs.map(filesInJars));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The fourth number of the image's header, in the byte order of the processor that it is for. */
async function filesInImage(path: string): Promise<number | undefined> {
  const header = await bytesOf(path, imageHeader, () => 0);
  if (header.length < imageHeader) return undefined;
  if (header.readUInt32LE(0) === imageMagic) return header.readUInt32LE(12);
  return header.readUInt32BE(0) === imageMagic ? header.readUInt32BE(12) : undefined;
}

async function filesInJars(dir: string): Promise<number> {
  const names = await readdir(dir).catch(() => []);
  const jars = names.filter((name) => name.endsWith(".jar"));
  const counts = await Promise.all(jars.map((name) => filesInJar(join(dir, name))));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The number of files in a jar, from the end of an archive without a comment. */
async function filesInJar(path: string): Promise<number> {
  const end = await bytesOf(path, zipEndLength, (size) => Math.max(0, size - zipEndLength));
  return end.length === zipEndLength && end.readUInt32LE(0) === zipEnd ? end.readUInt16LE(10) : 0;
}

/** Reads at most `length` bytes of a file. Returns an empty buffer if the file cannot be opened. */
async function bytesOf(path: string, length: number, startIn: (size: number) => number): Promise<Buffer> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, startIn((await file.stat()).size));
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
