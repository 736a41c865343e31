import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { modulesOf } from "../config/module-labels.ts";
import { CnbError } from "../errors.ts";
import type { BlobStore } from "../oci/blob-store.ts";
import { type ReadImageOptions, readImage } from "../oci/image-io.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "../oci/reference.ts";
import { moduleFromDirectory } from "./directory-module.ts";
import type { BuilderModule, ModuleKind } from "./module.ts";

/** Where relative paths begin, and how images are read. */
export interface SourceOptions extends ReadImageOptions {
  readonly dir: string;
  readonly store: BlobStore;
}

/**
 * The buildpacks and extensions at a `uri` of builder.toml: the directory of a prebuilt one of that kind, a `.cnb` file,
 * or an image that holds a buildpackage.
 */
export async function modulesAt(
  uri: string,
  kind: ModuleKind,
  options: SourceOptions,
): Promise<readonly BuilderModule[]> {
  const place = await placeOf(uri, options.dir);
  if (place.kind === "directory") return [await moduleFromDirectory(place.dir, kind, options.store)];
  return modulesOf(await readImage(place, options), formatImageReference(place));
}

/** An image reference whose paths begin at builder.toml's folder. */
export function imageReferenceIn(dir: string, text: string): ImageReference {
  const reference = parseImageReference(text);
  if ("dir" in reference) return { ...reference, dir: resolve(dir, reference.dir) };
  return "file" in reference ? { ...reference, file: resolve(dir, reference.file) } : reference;
}

async function placeOf(uri: string, dir: string): Promise<ImageReference | { kind: "directory"; dir: string }> {
  if (/^(oci|oci-archive|docker-archive|docker-daemon):|^docker:\/\//.test(uri)) return imageReferenceIn(dir, uri);
  const path = uri.startsWith("file://") ? fileURLToPath(uri) : resolve(dir, uri);
  const facts = await stat(path).catch(() => undefined);
  if (facts?.isFile()) return { kind: "oci-archive", file: path };
  if (facts?.isDirectory())
    return (await isLayout(path)) ? { kind: "oci", dir: path } : { kind: "directory", dir: path };
  // pack's rule: what is no path that exists is the name of an image
  if (!/^([./~]|file:)|\.(cnb|tar|tgz)$/.test(uri)) return imageReferenceIn(dir, uri);
  throw new CnbError("BUILDPACK_NOT_FOUND", `there is no buildpack at ${path}`, {
    hint: "Paths in builder.toml begin at the folder it is in.",
  });
}

const isLayout = (dir: string): Promise<boolean> =>
  stat(join(dir, "oci-layout")).then(
    () => true,
    () => false,
  );
