import { readFile, stat } from "node:fs/promises";
import { posix } from "node:path";
import { type App, UserError } from "libcnb";
import type { Lineage } from "./lineage.ts";
import { type Pom, parsePom } from "./pom.ts";

const maxParents = 50;

/**
 * Reads a pom of the app, and those of its parent poms that are also in the app. Parent poms in a
 * Maven repository are not read.
 *
 * @param file the path relative to the app: `pom.xml`, `shop/pom.xml`
 * @throws UserError POM_INVALID, with the position of the error
 */
export async function inSameApp(app: App, file: string): Promise<Lineage> {
  const poms: Pom[] = [];
  const seen = new Set<string>();
  let next: string | undefined = file;
  while (next !== undefined && !seen.has(next) && seen.size < maxParents) {
    seen.add(next);
    const pom = await readPom(app, next);
    if (poms.length > 0 && !isParent(pom, poms.at(-1))) break; // Maven takes it from a repository then
    poms.push(pom);
    next = await parentFile(app, next, pom);
  }
  return poms;
}

async function readPom(app: App, file: string): Promise<Pom> {
  try {
    if (!(await isFile(app, file))) throw new Error(`the app has no file ${file}`);
    return parsePom(await readFile(app.path(file)));
  } catch (cause) {
    const isThere = await isFile(app, file).catch(() => false);
    throw new UserError("POM_INVALID", `cannot read ${file}`, {
      cause,
      hint: isThere
        ? `Correct ${file}: its content must be a valid POM of Maven.`
        : "Set BP_MAVEN_POM_FILE to the path of a POM, relative to the project, or unset it.",
    });
  }
}

const isParent = ({ group, artifact, parent }: Pom, child: Pom | undefined): boolean =>
  artifact === child?.parent?.artifact && (group ?? parent?.group) === child.parent.group;

async function parentFile(app: App, file: string, { parent }: Pom): Promise<string | undefined> {
  const path = parent === undefined ? "" : (parent.relativePath ?? "../pom.xml");
  const found = posix.join(posix.dirname(file), path);
  if (path === "" || found.startsWith("..") || posix.isAbsolute(path)) return undefined;
  return [found, posix.join(found, "pom.xml")].reduce<Promise<string | undefined>>(
    async (before, name) => (await before) ?? ((await isFile(app, name)) ? name : undefined),
    Promise.resolve(undefined),
  );
}

// a link that leads out of the app is none of its files
const isFile = async (app: App, name: string): Promise<boolean> =>
  (await app.exists(name).catch(() => false)) && (await stat(app.path(name))).isFile();
