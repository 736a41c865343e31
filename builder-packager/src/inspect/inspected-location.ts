import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CnbError } from "../errors.ts";
import { exists } from "../files/exists.ts";
import { openArchive } from "../oci/files/archive-file.ts";
import { type ImageReference, parseImageReference } from "../oci/model/reference.ts";

/** The location of the image, or of the buildpack or extension directory, that is inspected. */
export type Location =
  | { readonly kind: "image"; readonly reference: ImageReference }
  | { readonly kind: "folder"; readonly dir: string };

/**
 * Resolves a name on the command line. As in pack, local files take precedence: an OCI layout, an
 * OCI or Docker archive, or the directory of a buildpack or extension. Any other name is an image
 * name.
 *
 * @throws CnbError IMAGE_NOT_FOUND for a path without anything to inspect, IMAGE_REFERENCE_INVALID;
 * errors of reading an archive.
 * @example `await locationOf("dist/nodejs.cnb", process.cwd())`
 */
export async function locationOf(name: string, cwd: string): Promise<Location> {
  if (/^$|^(oci|oci-archive|docker-archive|docker-daemon):|^docker:\/\//.test(name))
    return image(parseImageReference(name));
  const path = name.startsWith("file://") ? fileURLToPath(name) : resolve(cwd, name);
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isDirectory()) return inFolder(name, path);
  if (facts) return image(await archiveAt(path));
  if (/^([./~]|file:)|\.(cnb|tar|tgz|tar\.gz)$/.test(name))
    throw new CnbError("IMAGE_NOT_FOUND", `there is no file or directory ${path}`, {
      hint: "Check the path, or name an image as REGISTRY/REPOSITORY:TAG.",
    });
  return image(parseImageReference(name));
}

const image = (reference: ImageReference): Location => ({ kind: "image", reference });

async function inFolder(name: string, dir: string): Promise<Location> {
  if (await exists(join(dir, "oci-layout"))) return image({ kind: "oci", dir });
  if ((await exists(join(dir, "buildpack.toml"))) || (await exists(join(dir, "extension.toml"))))
    return { kind: "folder", dir };
  throw new CnbError("IMAGE_NOT_FOUND", `the directory ${dir} contains neither an image nor a buildpack`, {
    hint: `Pass an OCI layout, or a directory with buildpack.toml or extension.toml${/^\w/.test(name) ? `; for an image in a registry, pass docker://${name}` : ""}.`,
  });
}

/**
 * The reference of an archive. An archive for `docker load` may also be an OCI layout, which is
 * preferred because it has more information.
 */
async function archiveAt(file: string): Promise<ImageReference> {
  const archive = await openArchive(file, file);
  if (archive.sizeOf("index.json") !== undefined) return { kind: "oci-archive", file };
  if (archive.sizeOf("manifest.json") !== undefined) return { kind: "docker-archive", file };
  throw new CnbError(
    "IMAGE_INVALID",
    `the archive ${file} contains no image: it has neither index.json nor manifest.json`,
    {
      hint: "Pass an archive written by oci-archive:FILE or docker-archive:FILE, or a .cnb file.",
    },
  );
}
