import { isAbsolute, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CnbError } from "../errors.ts";
import type { Image } from "../oci/image.ts";
import { type ReadImageOptions, readImage } from "../oci/image-io.ts";
import { labelsOf } from "../oci/mutate.ts";
import { type ImageReference, parseImageReference } from "../oci/reference.ts";
import type { ModuleLabel, PackagedModule } from "./module.ts";

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
 * @throws CnbError BUILDPACKAGE_INVALID when a label or a layer that a label names is missing; errors of `readImage`.
 * @example `(await readBuildpackage("dist/nodejs.cnb", process.cwd())).modules`
 */
export async function readBuildpackage(
  location: string,
  dir: string,
  options: ReadImageOptions = {},
): Promise<Buildpackage> {
  const image = await readImage(buildpackageReference(location, dir), options);
  const main = jsonLabel<{ id?: string; version?: string }>(image, "io.buildpacks.buildpackage.metadata", location);
  const layers = jsonLabel<Record<string, Record<string, ModuleLabel>>>(
    image,
    "io.buildpacks.buildpack.layers",
    location,
  );
  if (typeof main.id !== "string" || typeof main.version !== "string") {
    throw invalid(location, "the label io.buildpacks.buildpackage.metadata names no id and version");
  }
  const modules = Object.entries(layers).flatMap(([id, versions]) =>
    Object.entries(versions).map(([version, label]) => packaged(image, location, { id, version, label })),
  );
  return { image, main: { id: main.id, version: main.version }, modules };
}

function jsonLabel<Content extends object>(image: Image, name: string, location: string): Content {
  const text = labelsOf(image)[name];
  if (text === undefined) throw invalid(location, `the label ${name} is missing`);
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === "object" && content !== null) return content as Content;
  } catch (cause) {
    throw invalid(location, `the label ${name} is not JSON`, cause);
  }
  throw invalid(location, `the label ${name} is not an object`);
}

function packaged(image: Image, location: string, module: Omit<PackagedModule, "layer">): PackagedModule {
  const { id, version, label } = module;
  if (typeof label?.api !== "string") throw invalid(location, `its label gives no api for ${id}@${version}`);
  const layer = image.layers.find(({ diffId }) => diffId === label.layerDiffID);
  if (!layer) throw invalid(location, `the layer ${label.layerDiffID} of ${id}@${version} is not in it`);
  return { ...module, layer };
}

const invalid = (location: string, why: string, cause?: unknown): CnbError<"BUILDPACKAGE_INVALID"> =>
  new CnbError("BUILDPACKAGE_INVALID", `${location} is not a buildpackage: ${why}`, {
    ...(cause !== undefined && { cause }),
    hint: "Name an image or file that `cnb buildpack package` or `pack buildpack package` made.",
  });
