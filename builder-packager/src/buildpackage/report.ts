import { humanSize } from "../text/human-size.ts";
import type { LayeredModule } from "./labels.ts";
import { isSource, moduleKey } from "./module.ts";

/**
 * Formats one line for each packaged buildpack. For a layer that several buildpacks share, only the
 * first line contains the layer's size.
 */
export function describeModules(layered: readonly LayeredModule[]): string[] {
  const seen = new Set<string>();
  return layered.map(({ module, layer }) => {
    const shared = seen.has(layer.diffId);
    seen.add(layer.diffId);
    const kind = isSource(module) ? module.content.kind : "packaged before";
    return `${moduleKey(module)} (${kind}), ${shared ? "in the same layer" : `layer of ${humanSize(layer.size)} compressed`}`;
  });
}
