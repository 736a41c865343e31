import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import type { Component } from "libcnb";
import { describedJar, type JarFile, jarFilesIn } from "./components/described-jar.ts";
import { parsePomProperties } from "./jars/pom-properties.ts";
import { parseManifest } from "./manifest.ts";

/** The SBOM components of an app that consists of jars, as far as the jars identify them. */
export interface JarComponents {
  /**
   * The app itself, with all its components as dependencies; `undefined` if it cannot be
   * identified.
   */
  readonly subject: Component | undefined;
  readonly components: readonly Component[];
}

// as many files are read at a time
const atOnce = 4;

/**
 * Finds the components in all jars and wars below a directory, including nested jars. Components
 * are identified by Maven's metadata, or else by manifests and file names. Damaged jars are listed
 * by name. Dependencies between the components are unknown.
 *
 * @param root the absolute path of an app's directory, unpacked or not
 */
export async function jarComponents(root: string): Promise<JarComponents> {
  const files = await jarFilesIn(root);
  const jars: JarFile[] = [];
  for (let start = 0; start < files.length; start += atOnce)
    jars.push(
      ...(await Promise.all(files.slice(start, start + atOnce).map((name) => describedJar(join(root, name), name)))),
    );
  const app = (await explodedApp(root)) ?? onlyOne(jars);
  const components = unique(
    jars.flatMap((jar) => (jar.component === app ? jar.inside : [jar.component, ...jar.inside])),
  );
  return { subject: app && subjectOf(app, components), components };
}

/**
 * Returns the jar in the app's own directory if there is exactly one. Such an app consists of this
 * jar. The other jars are in its subdirectories or inside the jar.
 */
function onlyOne(jars: readonly JarFile[]): Component | undefined {
  const [first, ...others] = jars.filter(({ file }) => !file.includes("/"));
  return others.length === 0 ? first?.component : undefined;
}

// no Package URL: scanners would take the app for a library of strangers that happens to have its name
const subjectOf = ({ purl: _, ...app }: Component, components: readonly Component[]): Component => ({
  ...app,
  type: "application",
  dependencies: [...new Set(components.map(referenceOf))],
});

/** Each once: a library lies in several wars. */
const unique = (components: readonly Component[]): readonly Component[] =>
  Array.from(new Map(components.map((each) => [`${referenceOf(each)} ${each.checksums?.sha1}`, each])).values());

/** Returns the reference of a component in the form that the framework expects. */
const referenceOf = ({ purl, group, name, version }: Component): string =>
  purl ?? `${group === undefined ? "" : `${group}/`}${name}${version === undefined ? "" : `@${version}`}`;

/**
 * The identity of an app whose jar was unpacked into the directory: from Maven's metadata, or its
 * manifest.
 */
async function explodedApp(root: string): Promise<Component | undefined> {
  const [only, ...others] = await propertiesIn(join(root, "META-INF/maven"));
  if (only !== undefined && others.length === 0) return named(only.group, only.artifact, only.version);
  const manifest = parseManifest(await textOf(join(root, "META-INF/MANIFEST.MF")));
  const title = manifest.get("Implementation-Title") ?? "";
  return title === "" ? undefined : named("", title, manifest.get("Implementation-Version") ?? "");
}

const named = (group: string, name: string, version: string): Component => ({
  type: "application",
  name,
  ...defined({ group: group || undefined, version: version || undefined }),
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
