import type { Digest } from "../oci/digest.ts";
import type { LifecycleMetadata } from "./labels.ts";

/**
 * Who made each layer, by diffID, as the label `io.buildpacks.lifecycle.metadata` tells (reference: platform.md).
 * Layers of the run image are not in it: they are the ones up to `runImage.topLayer`.
 */
export function layerMakers(metadata: LifecycleMetadata): ReadonlyMap<Digest, string> {
  const makers = new Map<Digest, string>();
  const add = (sha: Digest | undefined, maker: string) => sha && makers.set(sha, maker);
  for (const buildpack of metadata.buildpacks ?? []) {
    for (const [name, layer] of Object.entries(buildpack.layers ?? {})) {
      add(layer.sha, `${buildpack.key}@${buildpack.version} layer ${name}`);
    }
  }
  const slices = metadata.app ?? [];
  slices.forEach(
    (slice, index) => void add(slice.sha, slices.length > 1 ? `application, slice ${index + 1}` : "application"),
  );
  add(metadata.sbom?.sha, "software bill of materials");
  add(metadata.launcher?.sha, "launcher");
  add(metadata.config?.sha, "launcher configuration");
  add(metadata["process-types"]?.sha, "process types");
  return makers;
}
