import { mkdir, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { createNextTo } from "../oci/files/output-file.ts";
import { layerEntries } from "../oci/layers/layer-content.ts";
import type { Image } from "../oci/model/image.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import type { BaseImages } from "./create-base.ts";

/**
 * Writes the SBOMs of the base images into a directory, with names such as `build-amd64.cdx.json`.
 */
export async function writeSboms(images: BaseImages, dir: string): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const stage of ["build", "run"] as const) {
    for (const image of images[stage].images) {
      for (const [name, content] of await sbomsOf(image))
        await writeWhole(join(dir, `${stage}-${image.config.architecture}.${name}`), content);
    }
  }
}

/** The SBOMs of a base image, by file extension. */
async function sbomsOf(image: Image): Promise<readonly (readonly [extension: string, content: Uint8Array])[]> {
  const diffId = labelsOf(image)["io.buildpacks.base.sbom"];
  const layer = image.layers.find((each) => each.diffId === diffId);
  const entries = layer ? await layerEntries(layer) : [];
  return entries.flatMap((entry) =>
    entry.type === "file" && entry.content instanceof Uint8Array
      ? [[basename(entry.path).replace(/^bom\./, ""), entry.content] as const]
      : [],
  );
}

const writeWhole = (file: string, content: Uint8Array): Promise<void> =>
  createNextTo(file, async (temporary) => {
    await writeFile(temporary, content, { flag: "wx" });
    await rename(temporary, file);
  });
