import { humanSize } from "../../text/human-size.ts";
import { columns } from "../columns.ts";
import { counted, section, visible } from "../text.ts";
import { type Change, kindOf } from "./changes.ts";
import type { ImageComparison } from "./comparison.ts";
import type { FileChange } from "./file-changes.ts";
import type { LayerChange } from "./layer-changes.ts";

/** The number of files that are listed. Other formats list more. */
const shownFiles = 200;
/** The length at which values are cut. Labels of the lifecycle have thousands of characters. */
const shownCharacters = 60;

/** Returns the text that `cnb inspect IMAGE OTHER` prints. */
export function compareText(given: ImageComparison): string {
  const comparison = visible(given);
  const { from, to } = comparison;
  return [
    `Comparing '${from.name}' with '${to.name}'`,
    "",
    from.digest === to.digest ? `Digest: ${from.digest}` : `Digest: ${from.digest} → ${to.digest}`,
    "",
    ...(comparison.base.length === 0 ? ["Base Image: not changed", ""] : []),
    ...sections(comparison, shownFiles),
    comparison.same ? "Nothing changed.\n" : "",
  ]
    .join("\n")
    .replace(/\n\n$/, "\n");
}

/**
 * Returns the lines about the differences between two images, without the images' names and
 * digests.
 *
 * @param options `shownFiles` is the number of files that are listed
 */
export const changeSections = (given: ImageComparison, options: { readonly shownFiles: number }): readonly string[] =>
  sections(visible(given), options.shownFiles);

function sections(comparison: ImageComparison, shown: number): readonly string[] {
  const { files } = comparison;
  return [
    ...list("Base Image", comparison.base),
    ...list("Buildpacks", comparison.buildpacks),
    ...list("Extensions", comparison.extensions),
    ...section(`Layers (${layerSummary(comparison)})`, layerLines(comparison.layers)),
    ...list("Processes", comparison.processes),
    ...list("Environment", comparison.env),
    ...list("Labels", comparison.labels),
    ...list("Configuration", comparison.config),
    ...list("SBOM", comparison.components ?? []),
    ...(files && files.length > 0 ? section(filesTitle(files, shown), fileLines(files, shown)) : []),
  ];
}

const signs = { added: "+", removed: "-", changed: "~", same: "=", recompressed: "≈" } as const;

const list = (title: string, changes: readonly Change[]): readonly string[] =>
  changes.length === 0 ? [] : section(title, columns(changes.map(changeRow), 2));

const changeRow = ({ name, ...change }: Change): readonly string[] => [
  `${signs[kindOf(change)]} ${name}`,
  valuesText(change),
];

/**
 * The old and new value. Two long values are only marked as changed, because their beginnings are
 * usually equal.
 */
function valuesText({ from, to }: Omit<Change, "name">): string {
  if (from && to && Math.min(from.length, to.length) > shownCharacters) return "(changed)";
  return [from, to].flatMap((value) => (value === undefined ? [] : [short(value)])).join(" → ");
}

function short(text: string): string {
  if (text === "") return '""';
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

function layerSummary({ layers, bytesToMove }: ImageComparison): string {
  const states = ["same", "recompressed", "changed", "added", "removed"] as const;
  const counts = states.map((state) => [state, layers.filter((layer) => layer.state === state).length] as const);
  const parts = counts.flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []));
  return `${parts.join(", ") || "none"}; ${humanSize(bytesToMove)} to move`;
}

const layerLines = (layers: readonly LayerChange[]): readonly string[] =>
  columns(
    layers.map(({ state, part, from, to }) => {
      const sizes = [...new Set([from, to].flatMap((layer) => (layer ? [humanSize(layer.sizeBytes)] : [])))];
      return [`${signs[state]} ${part}`, sizes.join(" → ")];
    }),
    2,
  );

function filesTitle(files: readonly FileChange[], shown: number): string {
  const kinds = ["added", "removed", "changed"] as const;
  const counts = kinds.map((kind) => `${files.filter((file) => kindOf(file) === kind).length} ${kind}`);
  const first = files.length > shown ? `; the first ${counted(shown, "path")}` : "";
  return `Files (${counts.join(", ")}${first})`;
}

const fileLines = (files: readonly FileChange[], shown: number): readonly string[] =>
  columns(
    files.slice(0, shown).map((file) => {
      const sizes = [
        ...new Set([file.from, file.to].flatMap((bytes) => (bytes === undefined ? [] : [humanSize(bytes)]))),
      ];
      const isFolder = file.type === "directory";
      return [
        `${signs[kindOf(file)]} ${file.path}${isFolder ? "/" : ""}`,
        isFolder ? "" : sizes.join(" → "),
        file.what.join(", "),
      ];
    }),
    2,
  );
