import { CnbError } from "../../errors.ts";
import { buildpackLabels } from "../../inspect/labels.ts";
import { readImage } from "../../oci/image-io.ts";
import type { Image } from "../../oci/model/image.ts";
import { platformOf } from "../../oci/model/image-platform.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import { parseImageReference } from "../../oci/model/reference.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";
import { kindOf } from "./label-facts.ts";

/** Reproducible images have a time such as 1970-01-01 or 1980-01-01T00:00:01Z. */
const earliest = Date.UTC(1990, 0);

/**
 * Determines the creation time of an image's base. The label `io.buildpacks.base.released`, which
 * apps and builders inherit from their base, takes precedence. Without the label, the time comes
 * from the base image in its registry. Returns undefined if the time is unknown.
 */
export async function baseCreated(
  image: Image,
  { name, registry }: { readonly name: string; readonly registry: RegistryOptions },
): Promise<Date | undefined> {
  const released = dateOf(labelsOf(image)["io.buildpacks.base.released"]);
  if (released !== undefined) return released;
  if (kindOf(image) === "other") return dateOf(image.config.created);
  const reference = buildpackLabels(image, name)?.lifecycle.runImage?.reference;
  if (reference === undefined || !reference.includes("@")) return undefined;
  try {
    const base = await readImage(parseImageReference(reference), { platform: platformOf(image.config), registry });
    return dateOf(labelsOf(base)["io.buildpacks.base.released"]) ?? dateOf(base.config.created);
  } catch (error) {
    registry.signal?.throwIfAborted();
    // The rule then reports that the age is unknown.
    if (error instanceof CnbError) return undefined;
    throw error;
  }
}

function dateOf(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) || date.getTime() < earliest ? undefined : date;
}
