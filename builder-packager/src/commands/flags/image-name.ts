import type { ImageReference } from "../../oci/model/reference.ts";

/**
 * Parses the name of an image. The parser is loaded on demand, because loading it would slow down
 * every start of cnb.
 */
export const imageName = async (name: string): Promise<ImageReference> =>
  (await import("../../oci/model/reference.ts")).parseImageReference(name);
