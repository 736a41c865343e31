import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { readJar } from "@libcnb/java-app/jar";
import { licensesOf, licensesOfBundle } from "@libcnb/java-app/licenses";
import { interpolated } from "@libcnb/java-app/poms/lineage";
import { type Pom, parsePom } from "@libcnb/java-app/poms/pom";
import type { ResolvedArtifact } from "../build-tool.ts";

const deepest = 30;

/**
 * Finds the licenses of artifacts in their poms, or else in the poms' parents, or else in the
 * manifests of the jars. Each pom is read only once.
 */
export class LicenseFinder {
  readonly #poms = new Map<string, Promise<Pom | undefined>>();

  async licensesOf({ pom, file, ...coordinates }: ResolvedArtifact): Promise<readonly string[]> {
    const near = pom ?? file;
    const own = pom ?? (near === undefined ? undefined : await firstOf(pomFilesNextTo(near, coordinates, coordinates)));
    const licenses = own === undefined ? [] : await this.#ofPom(own, coordinates);
    return licenses.length > 0 || file === undefined ? licenses : ofManifest(file);
  }

  /**
   * The licenses of the first pom that has any: a pom inherits its parent's licenses unless it has
   * its own.
   */
  async #ofPom(file: string, coordinates: Coordinates): Promise<readonly string[]> {
    const lineage: Pom[] = [];
    let next: { readonly file: string; readonly coordinates: Coordinates } | undefined = { file, coordinates };
    while (next !== undefined && lineage.length < deepest) {
      const pom: Pom | undefined = await this.#read(next.file);
      if (pom === undefined) return [];
      lineage.push(pom);
      const found = licensesOf(pom.licenses.map((each) => filled(lineage, each)));
      if (found.length > 0) return found;
      next = await parentOf(next.file, next.coordinates, pom);
    }
    return [];
  }

  #read(file: string): Promise<Pom | undefined> {
    const known =
      this.#poms.get(file) ??
      readFile(file)
        .then(parsePom)
        .catch(() => undefined);
    this.#poms.set(file, known);
    return known;
  }
}

const filled = (lineage: readonly Pom[], { name = "", url = "" }: Pom["licenses"][number]) => ({
  name: interpolated(lineage, name),
  url: interpolated(lineage, url),
});

async function parentOf(file: string, of: Coordinates, { parent }: Pom) {
  if (parent === undefined) return undefined;
  const coordinates = { group: parent.group, name: parent.artifact, version: parent.version };
  const found = await firstOf(pomFilesNextTo(file, of, coordinates));
  return found === undefined ? undefined : { file: found, coordinates };
}

const firstOf = async (files: Promise<readonly string[]>): Promise<string | undefined> => (await files)[0];

/** The licence in an OSGi manifest, which most libraries without a licence in their pom have. */
const ofManifest = (file: string): Promise<readonly string[]> =>
  readJar(file).then(
    ({ manifest }) => licensesOfBundle(manifest?.get("Bundle-License") ?? ""),
    () => [], // no jar: a zip file of another kind, a library of the system
  );

interface Coordinates {
  readonly group: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Finds the pom of the artifact `wanted` in the local repository of Maven, or the cache of Gradle,
 * that contains `file`, which is a file of the artifact `of`. Empty if the pom does not exist. The
 * names of parents in poms are not trusted, and must not lead out of the repository.
 */
async function pomFilesNextTo(file: string, of: Coordinates, wanted: Coordinates): Promise<readonly string[]> {
  if (![wanted.group, wanted.name, wanted.version].every(isPlain)) return [];
  const inMaven = mavenRoot(file, of);
  if (inMaven !== undefined) return existing([mavenFile(inMaven, wanted)]);
  const inGradle = gradleRoot(file, of);
  return inGradle === undefined ? [] : gradleFiles(inGradle, wanted);
}

const isPlain = (part: string): boolean => /^[\w.+~-]+$/.test(part) && !/^\.*$/.test(part) && !part.includes("..");

const pomName = ({ name, version }: Coordinates): string => `${name}-${version}.pom`;

const mavenFolder = ({ group, name, version }: Coordinates): string => join(...group.split("."), name, version);

const mavenFile = (root: string, each: Coordinates): string => join(root, mavenFolder(each), pomName(each));

/** The repository, if the file lies in it at its place: `org/slf4j/slf4j-api/2.0.17/slf4j-api-2.0.17.jar` */
const mavenRoot = (file: string, of: Coordinates): string | undefined => above(dirname(file), mavenFolder(of));

/** `<root>/org.slf4j/slf4j-api/2.0.17/<digest>/slf4j-api-2.0.17.jar` */
const gradleRoot = (file: string, { group, name, version }: Coordinates): string | undefined =>
  above(dirname(dirname(file)), join(group, name, version));

function above(folder: string, path: string): string | undefined {
  const depth = path.split("/").length;
  const root = join(folder, ...Array.from({ length: depth }, () => ".."));
  return relative(root, folder) === path ? root : undefined;
}

async function gradleFiles(root: string, each: Coordinates): Promise<readonly string[]> {
  const folder = join(root, each.group, each.name, each.version);
  const digests = await readdir(folder).catch(() => []);
  return existing(digests.toSorted().map((digest) => join(folder, digest, pomName(each))));
}

async function existing(files: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    files.map((file) =>
      stat(file).then(
        (entry) => entry.isFile(),
        () => false,
      ),
    ),
  );
  return files.filter((_, index) => found[index] === true);
}
