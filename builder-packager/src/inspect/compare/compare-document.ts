import { formatToml } from "libcnb/spec";
import { defined, unlessEmpty } from "../../defined.ts";
import type { OutputFormat, Table } from "../document.ts";
import { layerTable } from "../layers/layers-document.ts";
import { stringifyYaml } from "../yaml.ts";
import { type Change, kindOf } from "./changes.ts";
import type { ImageComparison } from "./comparison.ts";
import type { FileChange } from "./file-changes.ts";

/** The number of changed files that JSON, YAML and TOML list. */
const listedFiles = 10_000;

/** Formats the differences between two images as JSON, YAML or TOML. */
export function renderComparison(
  comparison: ImageComparison,
  format: Exclude<OutputFormat, "text" | "human-readable">,
): string {
  const document = comparisonTable(comparison);
  switch (format) {
    case "json":
      return `${JSON.stringify(document, null, 2)}\n`;
    case "yaml":
      return stringifyYaml(document);
    case "toml":
      return formatToml(document);
  }
}

function comparisonTable({ from, to, same, layers, bytesToMove, files, ...lists }: ImageComparison): Table {
  const { base, buildpacks, extensions, processes, env, labels, config, components } = lists;
  const listed = { base, buildpacks, extensions, processes, env, labels, config, ...defined({ components }) };
  return {
    from: { image_name: from.name, digest: from.digest },
    to: { image_name: to.name, digest: to.digest },
    same,
    base_changed: base.length > 0,
    bytes_to_move: bytesToMove,
    ...Object.fromEntries(Object.entries(listed).map(([name, changes]) => [name, changes.map(changeTable)])),
    layers: layers.map((layer) => ({
      change: layer.state,
      part: layer.part,
      bytes_to_move: layer.bytesToMove,
      ...defined({ from: layer.from && layerTable(layer.from), to: layer.to && layerTable(layer.to) }),
    })),
    ...defined({ files_changed: files?.length, files: files?.slice(0, listedFiles).map(fileTable) }),
  };
}

const fileTable = ({ path, type, what, ...sizes }: FileChange): Table => ({
  change: kindOf(sizes),
  path,
  type,
  ...sizes,
  ...defined({ what: unlessEmpty(what) }),
});

const changeTable = ({ name, ...change }: Change): Table => ({ change: kindOf(change), name, ...change });
