import type { CommandContext } from "../cli-context.ts";
import { type Compared, compareImages, type ImageComparison } from "../inspect/compare/compare-images.ts";
import { imageFacts } from "../inspect/image-facts.ts";
import type { ImageInspectFlags } from "./image-inspect-flags.ts";
import { imageAt } from "./inspected-place.ts";
import { registryOptions } from "./registry-flags.ts";

/** Shows what changed from one image to another. */
export async function inspectTwo(
  names: readonly [string, string],
  flags: ImageInspectFlags,
  context: CommandContext,
): Promise<void> {
  const [from, to] = await withFiles(await Promise.all([gathered(names[0]), gathered(names[1])]), flags, context);
  const comparison = compareImages(from, to);
  context.stdout.write(await shown(comparison, flags));
  if (flags.exitCode && !comparison.same) process.exitCode = 1;

  async function gathered(name: string): Promise<Compared> {
    const { image } = await imageAt(name, { ...flags, registry: registryOptions(flags, context) }, context);
    return { name, image, facts: await imageFacts(image, name, { sbom: flags.sbom ? "all" : "none" }) };
  }
}

type Pair = readonly [Compared, Compared];

async function withFiles([from, to]: Pair, flags: ImageInspectFlags, { reporter }: CommandContext): Promise<Pair> {
  if (!flags.layers && !flags.files) return [from, to];
  const { imageTrees } = await import("../inspect/tree/image-trees.ts");
  const { mergedTree } = await import("../inspect/tree/merged-tree.ts");
  const onLayer = ({ diffId }: { readonly diffId: string }) => reporter.debug(`Reading the files of layer ${diffId}`);
  const [before = [], after = []] = await imageTrees([from.image, to.image], { digests: true, onLayer });
  return [
    { ...from, merged: mergedTree(before) },
    { ...to, merged: mergedTree(after) },
  ];
}

async function shown(comparison: ImageComparison, { output }: ImageInspectFlags): Promise<string> {
  if (output === "text" || output === "human-readable")
    return (await import("../inspect/compare/compare-text.ts")).compareText(comparison);
  return (await import("../inspect/compare/compare-document.ts")).renderComparison(comparison, output);
}
