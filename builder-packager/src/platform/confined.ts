import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CnbError } from "../errors.ts";
import { parseImageReference } from "../oci/model/reference.ts";
import { isWithin, realOutputPath } from "./output-paths.ts";

/** A path in a file, and the directory that the path must not leave. */
export interface ConfinedPath {
  /** The path as written in the file. */
  readonly text: string;
  /** The file that contains the path. */
  readonly where: string;
  /** The directory that the path must not leave; undefined for files that the user named. */
  readonly confinedTo?: string | undefined;
}

/**
 * Refuses a path that leads out of the app's directory. An app can contain a builder and
 * buildpacks, but the app's author must not gain access to other files of this machine.
 *
 * @throws CnbError PROJECT_INVALID
 */
export async function checkConfined(path: string | undefined, location: ConfinedPath): Promise<void> {
  if (path === undefined || location.confinedTo === undefined) return;
  if (!isWithin(await realOutputPath(path), location.confinedTo)) throw leadsOut(location);
}

/**
 * Refuses a location of a buildpack, a package or an image that leads out of the app's directory,
 * in any notation, whether it exists or not. An image in a container engine is refused as well,
 * because it is on this machine.
 *
 * @param dir the directory to which relative paths refer
 * @throws CnbError PROJECT_INVALID
 */
export async function checkConfinedLocation(dir: string, location: ConfinedPath): Promise<void> {
  if (location.confinedTo === undefined) return;
  if (/^docker-daemon:/i.test(location.text)) throw leadsOut(location);
  await checkConfined(pathOf(location.text, dir), location);
}

/** The local path that a location refers to; undefined for a registry or a URL. */
function pathOf(text: string, dir: string): string | undefined {
  if (/^(https?|docker):\/\//i.test(text)) return undefined;
  try {
    if (/^file:/i.test(text)) return fileURLToPath(text);
    if (!/^(oci|oci-archive|docker-archive):/.test(text)) return resolve(dir, text);
    const reference = parseImageReference(text);
    if ("dir" in reference) return resolve(dir, reference.dir);
    return "file" in reference ? resolve(dir, reference.file) : resolve(dir);
  } catch {
    return undefined; // malformed: its reader reports it
  }
}

/**
 * Refuses an OCI layout in an app with links to files outside of the app's directory.
 *
 * @throws CnbError PROJECT_INVALID
 */
export async function checkConfinedLayout(dir: string, location: ConfinedPath): Promise<void> {
  if (location.confinedTo === undefined) return;
  const blobs = await readdir(join(dir, "blobs", "sha256")).catch(() => []);
  const names = ["oci-layout", "index.json", "blobs", "blobs/sha256", ...blobs.map((name) => `blobs/sha256/${name}`)];
  for (const name of names) {
    const file = join(dir, name);
    const facts = await lstat(file).catch(() => undefined);
    if (facts?.isSymbolicLink()) await checkConfined(file, { ...location, text: name, where: dir });
  }
}

/** Files that cnb itself reads in the directory of a buildpack or an extension. */
const descriptors = ["buildpack.toml", "extension.toml", "package.toml", "package.json"];
const maxBytes = 1024 * 1024;

/**
 * Refuses a buildpack directory in an app if it, or a file in it that cnb reads, is outside of the
 * app, or if such a file is not regular or is larger than 1 MiB.
 *
 * @throws CnbError PROJECT_INVALID
 */
export async function checkConfinedModule(dir: string, confinedTo: string | undefined): Promise<void> {
  if (confinedTo === undefined) return;
  await checkConfined(dir, { text: dir, where: dir, confinedTo });
  for (const name of descriptors) {
    const file = join(dir, name);
    const real = await realpath(file).catch(() => undefined);
    await checkConfined(file, { text: name, where: dir, confinedTo });
    const facts = real === undefined ? undefined : await stat(real);
    if (facts && !facts.isFile())
      throw new CnbError("PROJECT_INVALID", `${file} is not a regular file`, {
        hint: `Replace ${file} with a regular file.`,
      });
    if (facts && facts.size > maxBytes)
      throw new CnbError("PROJECT_INVALID", `${file} is larger than 1 MiB`, { hint: `Shorten ${file}.` });
  }
}

const leadsOut = ({ where, text }: ConfinedPath): CnbError =>
  new CnbError(
    "PROJECT_INVALID",
    `${where} refers to ${JSON.stringify(text)}, which is outside the application's directory`,
    {
      hint: where.endsWith("project.toml")
        ? `If you trust the application, add --descriptor ${where}.`
        : "If you trust the application, pass its project.toml with --descriptor project.toml.",
    },
  );
