import { readdir, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

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
export async function pomFilesNextTo(file: string, of: Coordinates, wanted: Coordinates): Promise<readonly string[]> {
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
