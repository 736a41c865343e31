/**
 * The namespace `mutate` of `@libcnb/packager/oci`: each function returns a changed image without
 * reading a layer.
 */
export {
  type AppendedLayer,
  appendLayers,
  withAnnotations as annotations,
  withConfig as config,
  withCreated as createdAt,
  withEnv as env,
  withLabels as labels,
} from "../oci/model/mutate.ts";
export { rebaseImage as rebase } from "../oci/model/rebase.ts";
export { withMediaTypes as mediaTypes } from "../oci/model/with-media-types.ts";
