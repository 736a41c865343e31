import { readFile } from "node:fs/promises";
import { readJar } from "@libcnb/java-app/jar";
import { licensesOf, licensesOfBundle } from "@libcnb/java-app/licenses";
import { interpolated, type Pom, parsePom } from "@libcnb/java-app/pom";
import type { ResolvedArtifact } from "../build-tool.ts";
import { pomFilesNextTo } from "./pom-files.ts";

const deepest = 30;

/**
 * Finds the licenses of artifacts: in their poms, or else in the poms of parents, or else in the
 * manifest. Each pom is read only once.
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

interface Coordinates {
  readonly group: string;
  readonly name: string;
  readonly version: string;
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
