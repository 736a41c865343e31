import type { CommandContext } from "../../cli-context.ts";
import { CnbError } from "../../errors.ts";
import { type InspectedImage, inspectedImage } from "../../inspect/inspected-image.ts";
import { placeOf } from "../../inspect/place.ts";
import type { Platform } from "../../oci/model/spec.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";

/** The requirements of an inspection. */
export interface Wanted {
  readonly platform?: Platform | undefined;
  readonly registry: RegistryOptions;
}

/** The image that a name on the command line refers to. */
export async function imageAt(name: string, wanted: Wanted, { cwd }: CommandContext): Promise<InspectedImage> {
  const place = await placeOf(name, cwd);
  if (place.kind === "image") return inspectedImage(place.reference, wanted);
  throw new CnbError(
    "IMAGE_NOT_FOUND",
    `${place.dir} is the source directory of a buildpack or extension, not an image`,
    {
      hint: "Run cnb buildpack inspect or cnb extension inspect.",
    },
  );
}
