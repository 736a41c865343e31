import type { UsedModule } from "../oci/registry-options.ts";
import type { LabelledModule } from "./module-labels.ts";

/**
 * Describes a module (a buildpack or an extension) that was read from a directory. Its layer
 * identifies it, because builders and packages list their layers by digest. The same files give the
 * same layer.
 */
export const usedDirectory = ({
  kind,
  id,
  version,
  layer,
}: Pick<LabelledModule, "kind" | "id" | "version" | "layer">): UsedModule => ({
  kind: "directory",
  name: `${kind} ${id}@${version}`,
  digest: layer.diffId,
});
