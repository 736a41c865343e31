import type { CommandContext } from "../../cli-context.ts";
import { compareImages, type NamedImage } from "../../inspect/compare/compare-images.ts";
import type { ImageComparison } from "../../inspect/compare/comparison.ts";
import type { ImageInspectFlags } from "../flags/image-inspect-flags.ts";
import { registryOptions } from "../flags/registry-flags.ts";
import { imageAt } from "./inspected-image.ts";

/** Prints the differences between two images. */
export async function inspectTwo(
  names: readonly [string, string],
  flags: ImageInspectFlags,
  context: CommandContext,
): Promise<void> {
  const registry = await registryOptions(flags, context);
  const [from, to] = await Promise.all([named(names[0]), named(names[1])]);
  const comparison = await compareImages(from, to, {
    sbom: Boolean(flags.sbom),
    files: Boolean(flags.layers || flags.files),
    onLayer: ({ diffId }) => context.reporter.debug(`Reading the files of layer ${diffId}`),
  });
  context.stdout.write(await shown(comparison, flags));
  if (flags.exitCode && !comparison.same) process.exitCode = 1;

  async function named(name: string): Promise<NamedImage> {
    const { image } = await imageAt(name, { ...flags, registry }, context);
    return { name, image };
  }
}

async function shown(comparison: ImageComparison, { output }: ImageInspectFlags): Promise<string> {
  if (output === "text" || output === "human-readable")
    return (await import("../../inspect/compare/compare-text.ts")).compareText(comparison);
  return (await import("../../inspect/compare/compare-document.ts")).renderComparison(comparison, output);
}
