import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseProperties } from "@libcnb/java-app/properties";
import type { Env } from "libcnb";

/**
 * The Java version in the image according to `libcnb/java-engine`, or else that of the build's JDK;
 * `undefined` if unknown.
 */
export async function javaOf(env: Env): Promise<number | undefined> {
  const { BPI_JVM_VERSION: reported, JAVA_HOME: home } = env;
  const version = reported ?? (home === undefined ? undefined : await versionOf(home));
  const [, line] = /^(?:1\.)?(\d+)/.exec(version ?? "") ?? [];
  return line === undefined ? undefined : Number(line);
}

/** All Javas have a file that says their version: `JAVA_VERSION="17.0.21"`. */
async function versionOf(home: string): Promise<string | undefined> {
  const text = await readFile(join(home, "release"), "utf8").catch(() => "");
  return parseProperties(text).get("JAVA_VERSION")?.replaceAll('"', "");
}
