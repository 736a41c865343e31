import { join } from "node:path";
import type { Component } from "libcnb";
import { describedJar, type JarFile } from "./components/described-jar.ts";
import { explodedApp } from "./components/exploded-app.ts";
import { jarFilesIn } from "./components/jar-files.ts";

/** The components of an app in jars, as far as the jars identify them. */
export interface JarComponents {
  /** The app itself, with all its content as dependencies; `undefined` if it cannot be identified. */
  readonly subject: Component | undefined;
  readonly components: readonly Component[];
}

// as many files are read at a time
const atOnce = 4;

/**
 * The components of all jars and wars below a directory, and of nested jars, identified by Maven's
 * metadata, or else their manifests and names. Damaged ones are listed by name. Dependencies
 * between them are unknown.
 *
 * @param root absolute: the folder of an app, unpacked or not
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

/** The jar in the app's own folder, if there is one: an app that is a single jar, with others in it or beside it. */
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

/** As the framework looks for it. */
const referenceOf = ({ purl, group, name, version }: Component): string =>
  purl ?? `${group === undefined ? "" : `${group}/`}${name}${version === undefined ? "" : `@${version}`}`;
