import type { ImageReference } from "../../oci/model/reference.ts";

/** Parses the name of an image. The parser is loaded when there is such an option, since cnb starts often. */
export const imageName = async (name: string): Promise<ImageReference> =>
  (await import("../../oci/model/reference.ts")).parseImageReference(name);
