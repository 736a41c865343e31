import type { Image } from "../../oci/model/image.ts";
import { envOf, labelsOf } from "../../oci/model/mutate.ts";
import { humanSize } from "../../text/human-size.ts";
import type { ImageFacts } from "../image-facts.ts";
import type { ImageIdentity } from "../inspected-image.ts";
import { type LayerReport, type LayersReport, visibleRatio } from "../layers/layers-report.ts";
import { flagsOf, percent } from "../layers/layers-text.ts";
import { counted, visible } from "../text.ts";
import type { LayerTree } from "../tree/layer-tree.ts";
import type { MergedTree } from "../tree/merged-tree.ts";
import { escapeHtml, scriptJson } from "./escape.ts";
import { type PageAssets, pageAssets } from "./page-assets.ts";
import { pageTree } from "./page-tree.ts";

/** The data that the HTML page about an image shows. */
export interface PageInput {
  /** The image's name, as the user gave it. */
  readonly name: string;
  readonly facts: ImageFacts;
  readonly about: ImageIdentity;
  readonly image: Image;
  readonly report: LayersReport;
  readonly trees: readonly LayerTree[];
  readonly merged: MergedTree;
}

/** The number of hidden files in the page's table. The tree has all. */
const listedHidden = 50;

/**
 * Creates a self-contained HTML page about an image: layers drawn to scale, files, wasted space,
 * processes and labels. Names and labels are escaped.
 */
export async function imagePage(input: PageInput): Promise<string> {
  return pageOf(input, await pageAssets());
}

function pageOf(input: PageInput, { script, style, policy }: PageAssets): string {
  const { name, facts, about, report, image } = input;
  const hidden = report.hidden.slice(0, listedHidden);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${text(name)}</title>
<style>${style}</style>
</head>
<body>
<header class="top"><div><h1>${text(name)}</h1><p class="about">${text(about.platform)} · <code>${text(about.digest)}</code></p></div>
<button id="theme" title="The other of dark and light" class="scripted" type="button" hidden>◐ Dark or light</button></header>
<main>
${factCards(facts, report)}
<noscript><section class="card">Without scripts this page has no layer map and no file tree.</section></noscript>
${layersCard(report)}
${filesCard(report)}
${hiddenCard(report, hidden)}
<div class="columns">
${card(
  "Buildpacks",
  table(
    ["Id", "Version", "Homepage"],
    facts.buildpacks.map(({ id, version, homepage }) => [id, version, homepage ?? ""]),
  ),
  "Not built by buildpacks.",
)}
${card("Base image", table([], baseRows(facts, about)))}
</div>
${card(
  "Processes",
  table(
    ["Type", "Command", "", "Folder"],
    facts.processes.map((process) => [
      process.type,
      process.command.join(" "),
      [process.default ? "default" : "", process.direct ? "" : "in a shell"].filter(Boolean).join(", "),
      process.workingDir,
    ]),
  ),
  "None.",
)}
${folded("Environment", table(["Variable", "Value"], sortedRows(envOf(image))))}
${folded("Labels", table(["Label", "Value"], sortedRows(labelsOf(image))))}
<footer>Made by cnb inspect --html. Hidden bytes are those of files that a later layer replaces or removes.</footer>
</main>
<script type="application/json" id="data">${scriptJson(dataOf(input, hidden))}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** Escapes untrusted text for the page. Control characters are shown as escapes. */
const text = (value: string): string => escapeHtml(visible(value.toWellFormed()));

const card = (title: string, content: string, otherwise = ""): string =>
  `<section class="card"><h2>${title}</h2>${content || `<p class="dim">${otherwise}</p>`}</section>`;

const folded = (title: string, content: string): string =>
  content && `<section class="card"><details><summary>${title}</summary>${content}</details></section>`;

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const head =
    titles.length > 0 ? `<thead><tr>${titles.map((title) => `<th>${title}</th>`).join("")}</tr></thead>` : "";
  const cells = (row: readonly string[]) =>
    row.map((cell, at) => `<td class="${at === 1 ? "wide mono" : "mono"}">${text(cell)}</td>`).join("");
  return `<div class="scroll"><table>${head}<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n")}</tbody></table></div>`;
}

const sortedRows = (values: Readonly<Record<string, string>>): readonly (readonly string[])[] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));

function baseRows({ base, runImages, rebasable, stack }: ImageFacts, { index, platforms }: ImageIdentity) {
  return [
    ["Reference", base.reference],
    ["Top layer", base.topLayer],
    ["Run image", runImages.join(", ")],
    ["Stack", stack],
    ["Rebasable", rebasable ? "yes" : "no"],
    ["Platforms", platforms.length > 1 ? platforms.join(", ") : ""],
    ["Index", index ?? ""],
  ].filter(([, value]) => value !== "");
}

function factCards(facts: ImageFacts, report: LayersReport): string {
  const { layers, fileBytes, visibleBytes, dive } = report;
  const files = layers.reduce((sum, layer) => sum + layer.files, 0);
  const unpacked = layers.reduce((sum, layer) => sum + layer.tarBytes, 0);
  const kinds = Object.entries(facts.sbom.types).map(([type, count]) => `${count} ${type}`);
  const cards = [
    [humanSize(facts.sizeBytes), "to download"],
    [humanSize(unpacked), `unpacked, ${counted(files, "file")}`],
    [String(layers.length), layers.length === 1 ? "layer" : "layers"],
    [percent(visibleRatio(report)), `seen, ${humanSize(fileBytes - visibleBytes)} hidden`],
    [percent(dive.efficiency), `dive's efficiency, ${humanSize(dive.wastedBytes)} wasted`],
    [
      String(facts.sbom.components),
      kinds.length > 0 ? `components: ${kinds.slice(0, 3).join(", ")}` : "components in the SBOM",
    ],
  ];
  const html = cards.map(
    ([value = "", what = ""]) => `<div class="fact"><b>${text(value)}</b><span>${text(what)}</span></div>`,
  );
  return `<div class="facts">${html.join("\n")}</div>`;
}

function layersCard({ layers }: LayersReport): string {
  const rows = layers.map((layer, at) => {
    const numbers = [humanSize(layer.sizeBytes), humanSize(layer.tarBytes)];
    const hidden = layer.hiddenBytes > 0 ? humanSize(layer.hiddenBytes) : "";
    return `<tr data-layer="${at}"><td class="number dim">${at + 1}</td><td class="wide maker">${text(layer.maker)} ${layerTags(layer)}</td>${numbers.map(numberCell).join("")}${numberCell(hidden)}${numberCell(String(layer.files))}<td class="graph"></td></tr>`;
  });
  const titles = ["#", "Made by", "Stored", "Unpacked", "Hidden", "Files"].map(
    (title, at) => `<th${at === 1 ? "" : ' class="number"'}>${title}</th>`,
  );
  return `<section class="card"><div class="row"><h2>Layers</h2><label class="scripted" hidden>Widths by <select id="scale"><option value="unpacked">unpacked size</option><option value="stored">stored size</option></select></label></div>
<div id="map" class="map scripted" role="group" aria-label="Layers to scale" hidden></div>
<div class="scroll"><table><thead><tr>${titles.join("")}<th></th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div></section>`;
}

const numberCell = (value: string): string => `<td class="number">${text(value)}</td>`;

function layerTags(layer: LayerReport): string {
  const flags = flagsOf(layer).map((flag) => `<span class="tag">${flag}</span>`);
  if (layer.reused === undefined) return flags.join("");
  const reuse = layer.reused ? '<span class="tag good">reused</span>' : '<span class="tag">new</span>';
  return [...flags, reuse].join("");
}

function filesCard({ layers }: LayersReport): string {
  const options = layers.map((layer, at) => `<option value="${at}">Layer ${at + 1}: ${text(layer.maker)}</option>`);
  return `<section id="files-card" class="card scripted" hidden><div class="row"><h2>Files</h2>
<label>Show <select id="view"><option value="-1">what a container sees</option><option value="hidden">what is hidden</option>${options.join("")}</select></label>
<input id="search" type="search" placeholder="Search files" aria-label="Search files"><span id="status" class="dim" role="status"></span></div>
<div id="tree"><ul id="files" role="tree" aria-label="Files"></ul><ul id="matches" role="listbox" aria-label="Matches" hidden></ul></div></section>`;
}

function hiddenCard({ hidden: all }: LayersReport, hidden: LayersReport["hidden"]): string {
  if (all.length === 0) return card("Hidden files", "", "None: a container sees every byte of every layer.");
  const rows = hidden.map(({ path, bytes, layers, hiddenBy }, at) => {
    const where = `layer ${layers.map((layer) => layer + 1).join(", ")}, hidden by layer ${hiddenBy + 1}`;
    return `<tr>${numberCell(humanSize(bytes))}<td class="wide"><code>${text(path)}</code></td><td class="dim short">${where}</td><td><button type="button" class="scripted" data-path="${at}" hidden>Show</button></td></tr>`;
  });
  const more = all.length > hidden.length ? `<p class="dim">The first ${hidden.length} of ${all.length}.</p>` : "";
  return `<section class="card"><h2>Hidden files</h2><div class="scroll"><table><tbody>${rows.join("\n")}</tbody></table></div>${more}</section>`;
}

function dataOf({ report, trees, merged }: PageInput, hidden: LayersReport["hidden"]): unknown {
  const buildpacks = [...new Set(report.layers.flatMap(({ buildpack }) => (buildpack ? [buildpack.id] : [])))];
  return {
    layers: report.layers.map((layer) => ({
      maker: visible(layer.maker.toWellFormed()),
      short: visible((layer.buildpack?.layer ?? layer.maker).toWellFormed()),
      stored: layer.sizeBytes,
      unpacked: layer.tarBytes,
      hidden: layer.hiddenBytes,
      colour: colourOf(layer, buildpacks),
    })),
    hidden: hidden.map(({ path }) => visible(path.toWellFormed())),
    tree: pageTree(trees, merged),
  };
}

/** The name of a colour in the page's style: each buildpack has one of six. */
function colourOf({ kind, buildpack }: LayerReport, buildpacks: readonly string[]): string {
  if (buildpack) return `buildpack-${buildpacks.indexOf(buildpack.id) % 6}`;
  return kind === "config" || kind === "process-types" ? "launcher" : kind;
}
