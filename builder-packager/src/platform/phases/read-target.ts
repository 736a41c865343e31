import type { Image } from "../../oci/model/image.ts";
import { targetOf } from "../images/run-image.ts";
import { distroOf, type TargetMetadata } from "../images/target.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import { textIfReadable } from "../rootfs/sandbox-files.ts";

/**
 * Reads the target of a run image. If the image's labels do not name a distribution, the builder's
 * distribution is used.
 */
export async function readTarget({ files }: BuildEnvironment, image: Image): Promise<TargetMetadata> {
  return targetOf(image, distroOf((await textIfReadable(files, "/etc/os-release")) ?? ""));
}
