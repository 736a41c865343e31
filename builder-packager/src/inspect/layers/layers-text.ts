import { humanSize } from "../../text/human-size.ts";
import { columns } from "../columns.ts";
import type { LayerFacts } from "../image-facts.ts";
import { counted, section, visible } from "../text.ts";
import { type LayersReport, visibleRatio } from "./layers-report.ts";

/** The number of listed paths, the most wasteful first. Other formats list more. */
const shownPaths = 20;

/** Returns the sections that `cnb inspect --layers` prints. */
export function layersText(given: LayersReport): readonly string[] {
  const report = visible({ ...given, dive: { ...given.dive, paths: [] }, hidden: given.hidden.slice(0, shownPaths) });
  return [
    ...section("Layers", layerTable(report)),
    ...section("Efficiency", efficiencyLines(report)),
    ...(report.hidden.length > 0 ? section(hiddenTitle(given), hiddenTable(report)) : []),
  ];
}

const layerTable = ({ layers }: LayersReport): readonly string[] =>
  table(
    [">#", ">SIZE", ">UNPACKED", ">HIDDEN", ">FILES", "MADE BY", "FLAGS", "PREVIOUS"],
    layers.map((layer, at) => [
      String(at + 1),
      ...[layer.sizeBytes, layer.tarBytes, layer.hiddenBytes].map(humanSize),
      String(layer.files),
      layer.maker,
      flagsOf(layer).join(", "),
      previousState(layer.reused),
    ]),
  );

/** Compares a layer with the previous image; empty without one. */
function previousState(reused: boolean | undefined): string {
  if (reused === undefined) return "";
  return reused ? "same" : "new";
}

/** Returns the types that a buildpack has set for a layer: `build`, `launch`, `cache`. */
export const flagsOf = ({ buildpack }: LayerFacts): readonly string[] =>
  (["build", "launch", "cache"] as const).filter((flag) => buildpack?.[flag]);

function efficiencyLines(report: LayersReport): readonly string[] {
  const { fileBytes, visibleBytes, dive } = report;
  const wasted = `${humanSize(dive.wastedBytes)} wasted`;
  const ofUser = `${percent(dive.userWastedRatio)} of all above the first layer`;
  return columns(
    [
      [
        "Seen by containers:",
        `${percent(visibleRatio(report))} of ${humanSize(fileBytes)}, ${humanSize(fileBytes - visibleBytes)} hidden`,
      ],
      [
        "As dive counts:",
        `${percent(dive.efficiency)} efficient, ${wasted} (${ofUser}), ${humanSize(dive.beyondSmallestBytes)} without the smallest copies`,
      ],
    ],
    2,
  );
}

const hiddenTitle = ({ hidden }: LayersReport): string =>
  hidden.length > shownPaths ? `Hidden Files (${shownPaths} of ${counted(hidden.length, "path")})` : "Hidden Files";

const hiddenTable = ({ hidden }: LayersReport): readonly string[] =>
  table(
    [">BYTES", "IN LAYER", "HIDDEN BY", "PATH"],
    hidden.map(({ bytes, layers, hiddenBy, path }) => [
      humanSize(bytes),
      layers.map((at) => at + 1).join(", "),
      String(hiddenBy + 1),
      path,
    ]),
  );

/**
 * Formats a ratio as a percentage: `12.34 %` for 0.1234, `0.00 %` if it is not a number, and `more
 * than 100 %` if it is infinite.
 */
export function percent(ratio: number): string {
  if (Number.isNaN(ratio)) return "0.00 %";
  return Number.isFinite(ratio) ? `${(ratio * 100).toFixed(2)} %` : "more than 100 %";
}

/**
 * Formats a table. Columns whose titles start with `>` are right-aligned. Empty columns are
 * omitted.
 */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const kept = titles.flatMap((title, at) => (rows.some((row) => row[at]) ? [{ title, at }] : []));
  const cells = [
    kept.map(({ title }) => title.replace(/^>/, "")),
    ...rows.map((row) => kept.map(({ at }) => row[at] ?? "")),
  ];
  const widths = kept.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const padded = cells.map((row) =>
    row.map((cell, at) => (kept[at]?.title.startsWith(">") ? cell.padStart(widths[at] ?? 0) : cell)),
  );
  return columns(padded, 2);
}
