import type { CommandContext } from "../../cli-context.ts";
import { CnbError } from "../../errors.ts";
import { type InspectedImage, inspectedImage } from "../../inspect/inspected-image.ts";
import { locationOf } from "../../inspect/inspected-location.ts";
import type { Platform } from "../../oci/model/spec.ts";
import type { RegistryOptions } from "../../oci/registry-options.ts";

/** The options for reading an image to inspect. */
export interface Requirements {
  readonly platform?: Platform | undefined;
  readonly registry: RegistryOptions;
}

/** Reads the image that a name on the command line refers to. */
export async function imageAt(name: string, wanted: Requirements, { cwd }: CommandContext): Promise<InspectedImage> {
  const location = await locationOf(name, cwd);
  if (location.kind === "image") return inspectedImage(location.reference, wanted);
  throw new CnbError(
    "IMAGE_NOT_FOUND",
    `${location.dir} is the source directory of a buildpack or extension, not an image`,
    {
      hint: "Run cnb buildpack inspect or cnb extension inspect.",
    },
  );
}
