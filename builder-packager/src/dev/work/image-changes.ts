import { compareImages } from "../../inspect/compare/compare-images.ts";
import { changeSections } from "../../inspect/compare/compare-text.ts";
import { type FileChange, fileChanges } from "../../inspect/compare/file-changes.ts";
import { imageTrees } from "../../inspect/tree/image-trees.ts";
import { mergedTree } from "../../inspect/tree/merged-tree.ts";
import type { Image } from "../../oci/model/image.ts";
import type { DevImage } from "./dev-build.ts";

/** The number of changed files that are listed. */
const shownFiles = 20;

/**
 * Compares two images as `cnb inspect A B` does, and returns the lines about the differences.
 * Labels in which the lifecycle records the other differences are left out. Files are read only
 * from layers that differ.
 */
export async function imageChanges(before: DevImage, after: DevImage): Promise<readonly string[]> {
  const comparison = await compareImages(before, after);
  const sections = changeSections(
    {
      ...comparison,
      layers: comparison.layers.filter(({ state }) => state !== "same"),
      labels: comparison.labels.filter(({ name }) => !name.startsWith("io.buildpacks.")),
      config: comparison.config.filter(({ name }) => name !== "created"),
      files: await changedFiles(before.image, after.image),
    },
    { shownFiles },
  );
  return sections.filter((line) => line !== "");
}

async function changedFiles(before: Image, after: Image): Promise<readonly FileChange[]> {
  const [from = [], to = []] = await imageTrees([without(before, after), without(after, before)], { digests: true });
  return fileChanges(mergedTree(from).root, mergedTree(to).root);
}

/** An image with only the layers that the other one does not have. */
function without(image: Image, other: Image): Image {
  const known = new Set(other.layers.map(({ diffId }) => diffId));
  return { ...image, layers: image.layers.filter(({ diffId }) => !known.has(diffId)) };
}
