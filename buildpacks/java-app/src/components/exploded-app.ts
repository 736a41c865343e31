import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Component } from "libcnb";
import { parsePomProperties } from "../jars/pom-properties.ts";
import { parseManifest } from "../manifest.ts";

/**
 * The identity of an app whose jar was unpacked into the directory: from Maven's metadata, or its
 * manifest.
 */
export async function explodedApp(root: string): Promise<Component | undefined> {
  const [only, ...others] = await propertiesIn(join(root, "META-INF/maven"));
  if (only !== undefined && others.length === 0) return named(only.group, only.artifact, only.version);
  const manifest = parseManifest(await textOf(join(root, "META-INF/MANIFEST.MF")));
  const title = manifest.get("Implementation-Title") ?? "";
  return title === "" ? undefined : named("", title, manifest.get("Implementation-Version") ?? "");
}

const named = (group: string, name: string, version: string): Component => ({
  type: "application",
  ...(group !== "" && { group }),
  name,
  ...(version !== "" && { version }),
});

const textOf = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");
const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

async function propertiesIn(maven: string) {
  const groups = await namesIn(maven);
  const folders = await Promise.all(
    groups.map(async (group) => (await namesIn(join(maven, group))).map((artifact) => join(maven, group, artifact))),
  );
  const texts = await Promise.all(folders.flat().map((folder) => textOf(join(folder, "pom.properties"))));
  return texts.flatMap((text) => parsePomProperties(text) ?? []);
}
