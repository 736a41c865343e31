import { defined } from "../../defined.ts";
import type { Table } from "../document.ts";
import type { LayerFacts } from "../image-facts.ts";
import { type LayerReport, type LayersReport, visibleRatio } from "./layers-report.ts";

/** The number of paths, the most wasteful first, that JSON, YAML and TOML list. */
const listedPaths = 1000;

/**
 * Returns a layer for JSON, YAML and TOML. The facts about its files are included if the files were
 * read.
 */
export function layerTable(layer: LayerFacts | LayerReport): Table {
  const { diffId, digest, sizeBytes, mediaType, kind, maker, buildpack } = layer;
  const table = {
    diff_id: diffId,
    size: sizeBytes,
    made_by: maker,
    kind,
    digest,
    media_type: mediaType,
    ...defined({ buildpack: buildpack && { ...buildpack } }),
  };
  if (!("tarBytes" in layer)) return table;
  return {
    ...table,
    uncompressed_size: layer.tarBytes,
    files: layer.files,
    file_bytes: layer.fileBytes,
    hidden_bytes: layer.hiddenBytes,
    ...defined({ reused: layer.reused }),
  };
}

/**
 * Returns the table about the efficiency of an image: the share of the layers' bytes that is
 * visible in a container, and the figures that dive computes. Layers are counted from 1, as in the
 * text output.
 */
export function efficiencyTable(report: LayersReport): Table {
  const { fileBytes, visibleBytes, hidden, dive } = report;
  return {
    file_bytes: fileBytes,
    visible_bytes: visibleBytes,
    hidden_bytes: fileBytes - visibleBytes,
    visible_ratio: visibleRatio(report),
    hidden: hidden.slice(0, listedPaths).map(({ path, bytes, files, layers, hiddenBy }) => ({
      path,
      bytes,
      files,
      layers: layers.map((at) => at + 1),
      hidden_by: hiddenBy + 1,
    })),
    dive: {
      efficiency: dive.efficiency,
      wasted_bytes: dive.wastedBytes,
      // there may be nothing to divide by, and JSON has no number for that
      user_wasted_percent: Number.isFinite(dive.userWastedRatio) ? dive.userWastedRatio : 0,
      beyond_smallest_bytes: dive.beyondSmallestBytes,
      paths: dive.paths.slice(0, listedPaths).map((each) => ({ ...each })),
    },
  };
}
