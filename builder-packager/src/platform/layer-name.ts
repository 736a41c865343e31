/**
 * Refuses layers that would be another directory than their own. The lifecycle joins the path without a look: the layer of
 * `...toml` is all of /layers, with what the other buildpacks left there.
 */
export function checkLayerName(layer: string, file: string): void {
  if (["", ".", ".."].includes(layer))
    throw new Error(`${file} describes a layer called "${layer}", which is not a name`);
}
