import type { InspectDocument, Table } from "./document.ts";
import type { ImageFacts, ModuleReference } from "./image-facts.ts";
import type { InspectedImage } from "./inspected-image.ts";
import { type PackConfig, userMirrors } from "./pack-config.ts";
import type { ProcessFacts } from "./process-facts.ts";

/** How `cnb inspect` calls things in JSON, YAML and TOML: as pack does, and more of them. */
export function imageDocument(
  name: string,
  facts: ImageFacts,
  { location, about }: Pick<InspectedImage, "location" | "about">,
  config: PackConfig,
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
    layers: facts.layers.map(({ diffId, sizeBytes, maker }) => ({ diff_id: diffId, size: sizeBytes, made_by: maker })),
    sbom: facts.sbom,
  };
  const nullable = ["run_images", "buildpacks", "extensions", "processes", "args"];
  return { shared: { image_name: name }, location, info, nullable };
}

function runImages({ runImages: names }: ImageFacts, config: PackConfig): Table[] {
  const added = userMirrors(config, names.slice(0, 1));
  return [...added.map((name) => ({ name, user_configured: true })), ...names.map((name) => ({ name }))];
}

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
