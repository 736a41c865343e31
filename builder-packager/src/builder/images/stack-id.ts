import { labelsOf } from "../../oci/model/mutate.ts";
import type { BuilderToml } from "../toml/builder-toml.ts";
import type { NamedRunImage } from "../validate.ts";

interface StackInputs {
  readonly config: BuilderToml;
  readonly runImages: readonly NamedRunImage[];
  readonly baseLabels: Readonly<Record<string, string>>;
}

/**
 * Returns the value of the label `io.buildpacks.stack.id`, which kpack requires. The value in
 * builder.toml takes precedence, then the value in the labels of the images. Otherwise the value is
 * derived from the build image's distribution.
 */
export function stackIdOf({ config, runImages, baseLabels }: StackInputs): string {
  const ofRunImages = runImages.map(({ image }) => image && labelsOf(image)["io.buildpacks.stack.id"]);
  const named = [config.stackId, baseLabels["io.buildpacks.stack.id"], ...ofRunImages].find(Boolean);
  return named ?? (baseLabels["io.buildpacks.base.id"] || distributionId(baseLabels));
}

function distributionId(labels: Readonly<Record<string, string>>): string {
  const name = labels["io.buildpacks.base.distro.name"] || "linux";
  const version = labels["io.buildpacks.base.distro.version"];
  return ["libcnb", name, ...(version ? [version] : [])].join(".");
}
