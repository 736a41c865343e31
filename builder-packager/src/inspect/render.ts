import { type PackConfig, userMirrors } from "../config/pack-config.ts";
import { humanSize } from "../text/human-size.ts";
import { columns } from "./columns.ts";
import type { ImageFacts } from "./image-facts.ts";
import type { InspectedImage } from "./inspected-image.ts";
import type { LayersReport } from "./layers/layers-report.ts";
import { layersText } from "./layers/layers-text.ts";
import { counted, heading, section, visible } from "./text.ts";

/** Returns the text that `cnb inspect` prints: pack's sections, and the layers. */
export function renderFacts(
  name: string,
  given: ImageFacts,
  { location, about }: Pick<InspectedImage, "location" | "about">,
  config: PackConfig,
  report?: LayersReport,
): string {
  const facts = visible(given);
  const { base, layers, processes } = facts;
  return [
    ...heading("image", name, location, about),
    `Size: ${humanSize(facts.sizeBytes)} in ${counted(layers.length, "layer")}`,
    "",
    ...(facts.stack ? [`Stack: ${facts.stack}`, ""] : []),
    ...baseLines(base),
    ...section("Run Images", runImageLines(facts, config)),
    `Rebasable: ${facts.rebasable}`,
    "",
    ...section("Buildpacks", modules(facts.buildpacks), "(none: not built by buildpacks)"),
    ...(facts.extensions.length > 0 ? section("Extensions", modules(facts.extensions)) : []),
    ...(processes.length > 0 ? section("Processes", processTable(processes)) : []),
    ...section("SBOM", sbomLines(facts.sbom)),
    ...(report
      ? layersText(report)
      : section(
          "Layers",
          layers.map(({ sizeBytes, maker }) => `${humanSize(sizeBytes).padStart(9)}  ${maker}`),
        )),
  ].join("\n");
}

function sbomLines({ sizeBytes, read, documents, components, types }: ImageFacts["sbom"]): readonly string[] {
  if (!read) return [`a layer of ${humanSize(sizeBytes)}; --sbom reads it`];
  const kinds = Object.entries(types).map(([type, count]) => `${count} ${type}`);
  const detail = kinds.length > 0 ? ` (${kinds.join(", ")})` : "";
  return [`${counted(documents, "document")}, ${counted(components, "component")}${detail}`];
}

function runImageLines({ runImages }: ImageFacts, config: PackConfig): readonly string[] {
  const added = userMirrors(config, runImages.slice(0, 1));
  return columns([...added.map((name) => [name, "(user-configured)"]), ...runImages.map((name) => [name])], 8);
}

const modules = (list: ImageFacts["buildpacks"]): readonly string[] =>
  list.length === 0
    ? []
    : columns([
        ["ID", "VERSION", "HOMEPAGE"],
        ...list.map(({ id, version, homepage }) => [id, version, homepage || "-"]),
      ]);

function baseLines({ reference, topLayer }: ImageFacts["base"]): readonly string[] {
  if (!topLayer) return [];
  return section("Base Image", [...(reference ? [`Reference: ${reference}`] : []), `Top Layer: ${topLayer}`]);
}

const processTable = (processes: ImageFacts["processes"]): readonly string[] =>
  columns([
    ["TYPE", "SHELL", "COMMAND", "ARGS", "WORK DIR"],
    ...processes.map(({ type, direct, command: [command = "", ...args], workingDir, ...process }) => [
      `${type}${process.default ? " (default)" : ""}`,
      direct ? "" : "bash",
      command,
      args.join(" "),
      workingDir,
    ]),
  ]);
