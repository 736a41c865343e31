import { type PackConfig, userMirrors } from "../config/pack-config.ts";
import { defined } from "../defined.ts";
import type { InspectDocument, Table } from "./document.ts";
import type { ImageFacts, ModuleReference } from "./image-facts.ts";
import type { InspectedImage } from "./inspected-image.ts";
import { efficiencyTable, layerTable } from "./layers/layers-document.ts";
import type { LayersReport } from "./layers/layers-report.ts";
import type { ProcessFacts } from "./process-facts.ts";

/**
 * Returns the data that `cnb inspect` prints as JSON, YAML or TOML: pack's keys, and additional
 * ones.
 */
export function imageDocument(
  name: string,
  facts: ImageFacts,
  { location, about }: Pick<InspectedImage, "location" | "about">,
  config: PackConfig,
  report?: LayersReport,
): InspectDocument {
  const info: Table = {
    stack: facts.stack,
    base_image: { top_layer: facts.base.topLayer, reference: facts.base.reference },
    run_images: runImages(facts, config),
    buildpacks: facts.buildpacks.map(moduleReference),
    extensions: facts.extensions.map(moduleReference),
    processes: facts.processes.map(processTable),
    rebasable: facts.rebasable,
    ...about,
    size: facts.sizeBytes,
    layers: (report?.layers ?? facts.layers).map(layerTable),
    sbom: sbomTable(facts.sbom),
    ...defined({ efficiency: report && efficiencyTable(report) }),
  };
  const nullable = ["run_images", "buildpacks", "extensions", "processes", "args"];
  return { shared: { image_name: name }, location, info, nullable };
}

function runImages({ runImages: names }: ImageFacts, config: PackConfig): Table[] {
  const added = userMirrors(config, names.slice(0, 1));
  return [...added.map((name) => ({ name, user_configured: true })), ...names.map((name) => ({ name }))];
}

const sbomTable = ({ sizeBytes: size, read, documents, components, types }: ImageFacts["sbom"]): Table =>
  read ? { size, documents, components, types } : { size };

const moduleReference = (module: ModuleReference): Table => ({ ...module });

const processTable = ({
  type,
  command: [command = "", ...args],
  direct,
  workingDir,
  ...process
}: ProcessFacts): Table => ({
  type,
  shell: direct ? "" : "bash",
  command,
  default: process.default,
  args,
  "working-dir": workingDir,
});
