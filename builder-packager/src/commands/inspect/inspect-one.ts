import { Readable } from "node:stream";
import type { CommandContext } from "../../cli-context.ts";
import { readPackConfig } from "../../config/pack-config.ts";
import { CnbError } from "../../errors.ts";
import { type ImageFacts, imageFacts, type SbomChoice } from "../../inspect/image-facts.ts";
import type { InspectedImage } from "../../inspect/inspected-image.ts";
import type { LayersReport } from "../../inspect/layers/layers-report.ts";
import { brokenLimits } from "../../inspect/layers/waste-limits.ts";
import type { LayerTree } from "../../inspect/tree/layer-tree.ts";
import type { MergedTree } from "../../inspect/tree/merged-tree.ts";
import type { Image, Layer } from "../../oci/model/image.ts";
import { type ImageInspectFlags, looksInside, wasteLimits } from "../flags/image-inspect-flags.ts";
import { registryOptions } from "../flags/registry-flags.ts";
import { imageAt, type Requirements } from "./inspected-image.ts";

/** Prints the contents of one image. */
export async function inspectOne(name: string, flags: ImageInspectFlags, context: CommandContext): Promise<void> {
  const wanted = { ...flags, registry: await registryOptions(flags, context) };
  const inspected = await imageAt(name, wanted, context);
  for (const hint of betterCommands(name, inspected.image)) context.reporter.info(hint);
  const facts = await imageFacts(inspected.image, name, { sbom: sbomChoice(flags, inspected) });
  const inside = looksInside(flags) ? await insideOf(inspected.image, facts, { flags, wanted, context }) : undefined;
  context.stdout.write(await shown(name, facts, inspected, { flags, context, report: inside?.report }));
  if (inside && flags.html !== undefined) await writePage(flags.html, name, facts, inspected, inside);
  if (inside) refuseWaste(name, flags, inside.report);
}

/**
 * Chooses the SBOMs to read. For an image in a registry, no layers are downloaded unless a flag
 * requires it.
 */
function sbomChoice(flags: ImageInspectFlags, { location }: InspectedImage): SbomChoice {
  if (flags.sbom) return "all";
  return location === "local" || looksInside(flags) ? "own" : "none";
}

interface Inside {
  readonly report: LayersReport;
  readonly trees: readonly LayerTree[];
  readonly merged: MergedTree;
}

interface Inspection {
  readonly flags: ImageInspectFlags;
  readonly wanted: Requirements;
  readonly context: CommandContext;
}

async function insideOf(image: Image, facts: ImageFacts, { flags, wanted, context }: Inspection): Promise<Inside> {
  const { imageTrees } = await import("../../inspect/tree/image-trees.ts");
  const { mergedTree } = await import("../../inspect/tree/merged-tree.ts");
  const { layersReport } = await import("../../inspect/layers/layers-report.ts");
  const previous = flags.previous === undefined ? undefined : await imageAt(flags.previous, wanted, context);
  const known = previous && new Set(previous.image.layers.map(({ diffId }) => diffId));
  const [trees = []] = await imageTrees([image], { onLayer: reportLayer(facts, context) });
  const merged = mergedTree(trees);
  return { report: layersReport(facts, trees, merged, known), trees, merged };
}

export const reportLayer =
  ({ layers }: ImageFacts, { reporter }: CommandContext) =>
  ({ diffId }: Layer): void =>
    reporter.debug(`Reading the files of layer ${diffId}: ${layers.find((each) => each.diffId === diffId)?.maker}`);

interface Showing {
  readonly flags: ImageInspectFlags;
  readonly context: CommandContext;
  readonly report: LayersReport | undefined;
}

async function shown(
  name: string,
  facts: ImageFacts,
  inspected: InspectedImage,
  { flags: { output }, context, report }: Showing,
): Promise<string> {
  const config = await readPackConfig(context.env, (text) => context.reporter.warn(text));
  if (output === "text" || output === "human-readable")
    return (await import("../../inspect/render.ts")).renderFacts(name, facts, inspected, config, report);
  const { renderDocument } = await import("../../inspect/document.ts");
  const { imageDocument } = await import("../../inspect/image-document.ts");
  return renderDocument(imageDocument(name, facts, inspected, config, report), output);
}

async function writePage(
  file: string,
  name: string,
  facts: ImageFacts,
  { image, about }: InspectedImage,
  inside: Inside,
): Promise<void> {
  const { imagePage } = await import("../../inspect/html/image-page.ts");
  const { writeOutputFile } = await import("../../oci/files/output-file.ts");
  const page = await imagePage({ name, facts, about, image, ...inside });
  await writeOutputFile(file, Readable.from([Buffer.from(page)]));
}

function refuseWaste(name: string, flags: ImageInspectFlags, { dive }: LayersReport): void {
  const broken = brokenLimits(wasteLimits(flags), dive);
  if (broken.length > 0)
    throw new CnbError("IMAGE_WASTEFUL", `${name} is wasteful: ${broken.join("; ")}`, {
      hint: `Run cnb inspect ${name} --layers to see the files.`,
    });
}

/** Suggests commands that show more of builders and packages, which are images, too. */
function betterCommands(name: string, { config }: Image): readonly string[] {
  const labels = config.config?.Labels ?? {};
  if ("io.buildpacks.builder.metadata" in labels)
    return [`This image is a builder: cnb builder inspect ${name} shows its contents.`];
  const noun = "io.buildpacks.buildpack.layers" in labels ? "buildpack" : "extension";
  if ("io.buildpacks.buildpackage.metadata" in labels)
    return [`This image is a package: cnb ${noun} inspect ${name} shows its contents.`];
  return [];
}
