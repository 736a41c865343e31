import { opendir } from "node:fs/promises";
import { basename, join } from "node:path";
import { defined, unlessEmpty } from "@libcnb/app-kit/defined";
import type { Component } from "libcnb";
import { mavenUrl } from "../coordinates.ts";
import { digestsOfFile, type JarDigests } from "../digests.ts";
import { type Jar, readJar } from "../jar.ts";
import type { PomProperties } from "../jars/pom-properties.ts";
import { licensesOf, licensesOfBundle } from "../licenses.ts";
import { parsePom } from "../poms/pom.ts";
import { identityOf, ownProperties } from "./identity.ts";

/** A jar as an SBOM component, with the libraries that are contained (shaded) in the jar. */
export interface JarFile {
  /** The path relative to the app's directory. */
  readonly file: string;
  readonly component: Component;
  readonly inside: readonly Component[];
}

type Contents = Omit<Jar, "nested">;

const isPom = (name: string): boolean => /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.xml$/.test(name);

/** Describes a jar on disk, including nested jars. */
export async function describedJar(path: string, file: string): Promise<JarFile> {
  const jar = await readJar(path, { texts: isPom, nested: isJar }).catch(() => undefined);
  const { component, inside } = described(file, await digestsOfFile(path), jar);
  const nested = jar?.nested.map(({ name, jar: contents, ...digests }) => described(name, digests, contents)) ?? [];
  return { file, component, inside: [...inside, ...nested.flatMap((each) => [each.component, ...each.inside])] };
}

/** A jar, and the libraries whose classes were put into it, as those that are shaded. */
function described(file: string, digests: JarDigests, jar: Contents | undefined): Omit<JarFile, "file"> {
  const { manifest, pomProperties = [], texts = new Map<string, string>() } = jar ?? {};
  const own = ownProperties(basename(file).replace(/\.\w+$/, ""), pomProperties);
  const inside = pomProperties.filter((each) => each !== own).map((each) => bundled(each, texts));
  const coordinates = identityOf({ file, manifest, pomProperties });
  const licenses = own === undefined ? [] : licensesIn(own, texts);
  const said = licenses.length > 0 ? licenses : licensesOfBundle(manifest?.get("Bundle-License") ?? "");
  const component = componentOf({
    ...coordinates,
    licenses: said,
    dependencies: inside.flatMap(({ purl }) => purl ?? []),
  });
  return { component: { ...component, checksums: { ...digests } }, inside };
}

const bundled = (properties: PomProperties, texts: ReadonlyMap<string, string>): Component =>
  componentOf({
    group: properties.group,
    name: properties.artifact,
    version: properties.version,
    licenses: licensesIn(properties, texts),
    dependencies: [],
  });

/**
 * Returns the licenses in the pom that Maven stored in the jar. The parents of the pom are not in
 * the jar.
 */
function licensesIn({ group, artifact }: PomProperties, texts: ReadonlyMap<string, string>): readonly string[] {
  try {
    return licensesOf(parsePom(texts.get(`META-INF/maven/${group}/${artifact}/pom.xml`) ?? "").licenses);
  } catch {
    return []; // none, or damaged
  }
}

interface Facts {
  readonly group: string;
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly dependencies: readonly string[];
}

const componentOf = ({ group, name, version, licenses, dependencies }: Facts): Component => ({
  type: "library",
  name,
  scope: "required",
  dependencies,
  ...defined({
    group: group || undefined,
    purl: group === "" ? undefined : mavenUrl({ group, name, version }),
    version: version || undefined,
    licenses: unlessEmpty(licenses),
  }),
});

// far above any app
const maxEntries = 500_000;

/**
 * Returns the paths of the jars and wars below a directory, sorted and relative to that directory.
 * Links are not followed.
 */
export async function jarFilesIn(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [""];
  let left = maxEntries;
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const entry of await opendir(join(root, folder))) {
      left -= 1;
      if (left < 0) return files.toSorted();
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && isJar(entry.name)) files.push(path);
    }
  }
  return files.toSorted();
}

/** True for a jar or war, except jars with sources or documentation. */
const isJar = (name: string): boolean => /\.(?:jar|war)$/i.test(name) && !/-(?:sources|javadoc)\.jar$/i.test(name);
