import { open } from "node:fs/promises";
import { UserError } from "libcnb";
import { contentsOfJar, type Jar, type JarOptions } from "./jars/contents.ts";
import { type Bytes, bytesOfFile } from "./zip/bytes.ts";

export type { Jar, JarEntry, JarOptions, NestedJar } from "./jars/contents.ts";
export { type PomProperties, parsePomProperties } from "./jars/pom-properties.ts";

/**
 * Reads a jar, war or other zip file: its names, the manifest, requested texts, and nested jars.
 * The archive may be hostile: its declared sizes are not trusted, and the number and length of
 * entries in memory are limited.
 *
 * @param path an absolute path
 * @throws UserError JAR_INVALID
 */
export async function readJar(path: string, options: JarOptions = {}): Promise<Jar> {
  try {
    return await withBytes(path, (bytes) => contentsOfJar(bytes, options));
  } catch (cause) {
    throw new UserError("JAR_INVALID", `${options.name ?? path} is not a readable jar`, {
      cause,
      hint: "Build it again. If git LFS stores the file, fetch it first (git lfs pull).",
    });
  }
}

async function withBytes<Result>(path: string, work: (bytes: Bytes) => Promise<Result>): Promise<Result> {
  const file = await open(path);
  try {
    return await work(bytesOfFile(file, (await file.stat()).size));
  } finally {
    await file.close();
  }
}
