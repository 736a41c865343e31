import * as v from "valibot";
import { readImages } from "../oci/image-io.ts";
import type { Image } from "../oci/model/image.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import type { ImageReference } from "../oci/model/reference.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { looseObject } from "../schema.ts";
import { metadataLabel as appLabel } from "./base-record.ts";

const runImage = looseObject({ image: v.optional(v.string()) });
const builderMetadata = looseObject({
  images: v.nullish(v.array(runImage)),
  stack: v.optional(looseObject({ runImage: v.optional(runImage) })),
});
const appMetadata = looseObject({
  runImage: v.optional(runImage),
  stack: v.optional(looseObject({ runImage: v.optional(runImage) })),
});

/**
 * Returns the names of the run images in the labels of a builder or an app image, without
 * duplicates. Returns an empty list for any other image. Mirrors are left out, because they are
 * copies of the same images.
 *
 * @throws CnbError IMAGE_NOT_FOUND, IMAGE_INVALID, REGISTRY_….
 */
export async function namedRunImages(reference: ImageReference, registry: RegistryOptions): Promise<readonly string[]> {
  const { images } = await readImages(reference, { registry });
  return [...new Set(images.flatMap((image) => [...ofBuilder(image), ...ofApp(image)]))];
}

function ofBuilder(image: Image): readonly string[] {
  const { images, stack } = decoded(builderMetadata, labelsOf(image)["io.buildpacks.builder.metadata"]) ?? {};
  const named = images?.length ? images : [stack?.runImage];
  return named.flatMap((each) => each?.image || []);
}

function ofApp(image: Image): readonly string[] {
  const { runImage, stack } = decoded(appMetadata, labelsOf(image)[appLabel]) ?? {};
  const name = runImage?.image || stack?.runImage?.image;
  return name ? [name] : [];
}

/** The content of a label; undefined for a label that other tools wrote in another form. */
function decoded<Schema extends v.GenericSchema>(schema: Schema, label = "null"): v.InferOutput<Schema> | undefined {
  try {
    return v.parse(schema, JSON.parse(label));
  } catch {
    return undefined;
  }
}
