/**
 * Refuses layer names that refer to another directory. The lifecycle joins the path unchecked: the
 * layer of `...toml` is all of /layers, including other buildpacks' outputs.
 */
export function checkLayerName(layer: string, file: string): void {
  if (["", ".", ".."].includes(layer))
    throw new Error(`${file} describes a layer called "${layer}", which is not a name`);
}
