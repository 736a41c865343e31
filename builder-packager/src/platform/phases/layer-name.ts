/**
 * Refuses layer names that refer to another directory. The lifecycle does not check the path. For
 * example, the file `...toml` names the layer `..`, and the lifecycle would export all of /layers,
 * including the outputs of other buildpacks.
 */
export function checkLayerName(layer: string, file: string): void {
  if (["", ".", ".."].includes(layer))
    throw new Error(`${file} describes a layer called "${layer}", which is not a valid name`);
}
