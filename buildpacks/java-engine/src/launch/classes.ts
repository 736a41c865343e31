import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

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

/** At most so many bytes of a file; none if there is no such file. */
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
