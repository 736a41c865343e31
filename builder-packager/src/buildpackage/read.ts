import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type LabelledModule, modulesOf, packageMainOf } from "../config/module-labels.ts";
import { CnbError } from "../errors.ts";
import type { Image } from "../oci/image.ts";
import { type ReadImageOptions, readImage } from "../oci/image-io.ts";
import { type ImageReference, parseImageReference } from "../oci/reference.ts";
import type { PackagedModule } from "./module.ts";

/** A buildpackage and what its labels say. */
export interface Buildpackage {
  readonly image: Image;
  /** The buildpack that the package was made for; the others are its members. */
  readonly main: { readonly id: string; readonly version: string };
  readonly modules: readonly PackagedModule[];
}

/** A `.cnb` file, `file://` URL or the name of an image. Paths are relative to `dir`. */
export function buildpackageReference(location: string, dir: string): ImageReference {
  const path = location.startsWith("file:") ? fileURLToPath(location) : location;
  if (isAbsolute(path) || path.endsWith(".cnb")) return { kind: "oci-archive", file: resolve(dir, path) };
  const reference = parseImageReference(location);
  if (reference.kind === "oci") return { ...reference, dir: resolve(dir, reference.dir) };
  return reference.kind === "oci-archive" ? { ...reference, file: resolve(dir, reference.file) } : reference;
}

/**
 * Reads a buildpackage made by `cnb buildpack package` or by pack.
 *
 * @throws CnbError LABEL_INVALID; BUILDPACKAGE_INVALID when a label or a layer that a label names is missing; errors of `readImage`.
 * @example `(await readBuildpackage("dist/nodejs.cnb", process.cwd())).modules`
 */
export async function readBuildpackage(
  location: string,
  dir: string,
  options: ReadImageOptions = {},
): Promise<Buildpackage> {
  const image = await readImage(buildpackageReference(location, dir), options);
  const { id, version } = packageMainOf(image, location);
  const modules = modulesOf(image, location).filter(({ kind }) => kind === "buildpack");
  if (modules.length > 0) return { image, main: { id, version }, modules: modules.map(packaged) };
  throw new CnbError(
    "BUILDPACKAGE_INVALID",
    `${location} is not a buildpackage: it holds the extension ${id}@${version}`,
    {
      hint: "An extension cannot be a member of a composite buildpack; name it in [[extensions]] of builder.toml.",
    },
  );
}

/** With the fields of its label in pack's order. */
function packaged({ id, version, facts, layer }: LabelledModule): PackagedModule {
  const { homepage, name, ...declared } = facts;
  return { id, version, label: { ...declared, layerDiffID: layer.diffId, homepage, name }, layer };
}
