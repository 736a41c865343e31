import { CnbError } from "../../errors.ts";
import type { ImageReference } from "../../oci/model/reference.ts";

/** Flags that exist in pack, but that cnb does not support. */
export interface PackFlags {
  readonly publish?: boolean;
  readonly pullPolicy?: string;
  readonly buildpackRegistry?: string;
}

/**
 * Refuses options of pack that a command without a daemon cannot support.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function refusePackFlags(
  output: string,
  { kind }: ImageReference,
  { publish, pullPolicy, buildpackRegistry }: PackFlags,
): void {
  if (publish && kind !== "registry")
    throw invalid(
      `--publish writes to a registry, but ${output} is not an image name`,
      "Use REGISTRY/REPOSITORY:TAG, or remove --publish.",
    );
  if (pullPolicy === "never")
    throw invalid(
      "--pull-policy never is not supported: cnb reads images from the registry or path in builder.toml, not from a Docker daemon",
      "Name images by oci:DIR in builder.toml, or pin them with --lock.",
    );
  if (pullPolicy !== undefined && !["always", "if-not-present"].includes(pullPolicy))
    throw invalid(
      `--pull-policy ${pullPolicy} is unknown`,
      "Remove the flag: layers that were downloaded before are cached and verified by their digests.",
    );
  if (buildpackRegistry !== undefined)
    throw invalid(
      "--buildpack-registry is not supported: cnb does not query an index on a Git server",
      "Name buildpacks by their images in builder.toml: docker://REGISTRY/REPOSITORY@DIGEST.",
    );
}

const invalid = (message: string, hint: string): CnbError => new CnbError("ARGUMENT_INVALID", message, { hint });
