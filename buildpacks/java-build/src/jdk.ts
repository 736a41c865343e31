import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Env, UserError } from "libcnb";
import type { Jdk } from "./build-tool.ts";

/**
 * Reads the JDK of an earlier buildpack from its `release` file, which needs no start of Java.
 *
 * @throws UserError JDK_MISSING
 */
export async function readJdk({ JAVA_HOME: home }: Env): Promise<Jdk> {
  const text = home === undefined ? "" : await readFile(join(home, "release"), "utf8").catch(() => "");
  const version = /^JAVA_VERSION="?([^"\r\n]+)/m.exec(text)?.[1];
  if (home === undefined || version === undefined)
    throw new UserError("JDK_MISSING", "there is no JDK to build with", {
      cause: home === undefined ? "JAVA_HOME is not set" : `${join(home, "release")} names no JAVA_VERSION`,
      hint: "Put a buildpack that provides a JDK before this one, such as libcnb/java-engine.",
    });
  return { version, feature: featureOf(version), home };
}

/** 17 of `17.0.21`, 8 of `1.8.0_492`. */
const featureOf = (version: string): number => Number(/^(?:1\.)?(\d+)/.exec(version)?.[1] ?? 0);
