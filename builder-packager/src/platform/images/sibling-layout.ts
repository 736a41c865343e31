import { dirname, resolve } from "node:path";
import type { ImageReference } from "../../oci/model/reference.ts";
import { layoutsIn } from "../../oci/source/layouts-in.ts";
import { sameName } from "../image-names.ts";

/** An OCI layout that was found by the name of its image. */
interface NamedLayout {
  readonly reference: Extract<ImageReference, { readonly kind: "oci" }>;
  /** The name by which it was found. */
  readonly name: string;
}

/**
 * Finds an OCI layout next to the layout `location` that has one of the given names. Such a layout
 * is for example the run image that `cnb base create` writes next to a builder. Returns undefined
 * if `location` is not a layout.
 */
export async function siblingLayout(
  location: ImageReference,
  names: readonly string[],
): Promise<NamedLayout | undefined> {
  if (location.kind !== "oci") return undefined;
  for (const { dir, name: found } of await layoutsIn(dirname(resolve(location.dir)))) {
    const name = names.find((each) => sameName(each, found));
    if (name !== undefined) return { reference: { kind: "oci", dir }, name };
  }
  return undefined;
}
