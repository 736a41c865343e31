import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type AppResult,
  type Comparison,
  type Measurement,
  resultsFile,
  type Step,
  type ToolName,
  toolNames,
} from "../../bench/comparison/results.ts";
import { root } from "../../support/cnb.ts";
import { type Chart, chartSvg, shown } from "./chart.ts";
import { lossesOf, winsOf } from "./judgement.ts";
import { method, steps, titles } from "./texts.ts";

/** docs/comparison.md and its pictures, by their path: what docs/comparison.json says. */
export function comparisonFiles(comparison: Comparison = stored()): Readonly<Record<string, string>> {
  const pictures = Object.fromEntries(
    Object.entries(drawn(comparison)).map(([name, chart]) => [`docs/diagrams/comparison-${name}.svg`, chartSvg(chart)]),
  );
  return { ...pictures, "docs/comparison.md": pageOf(comparison) };
}

const stored = () => JSON.parse(readFileSync(join(root, resultsFile), "utf8")) as Comparison;

const ours: ToolName = "cnb build";

/** The tools that built at least one app. */
const toolsIn = ({ apps }: Comparison): readonly ToolName[] =>
  toolNames.filter((tool) => apps.some(({ tools }) => tools[tool] !== undefined));

const charted = { first: "first", code: "code", base: "base" } as const satisfies Record<string, Step>;

const charts = (comparison: Comparison): Readonly<Record<string, Chart>> => ({
  ...Object.fromEntries(
    Object.entries(charted).map(([name, step]) => [
      name,
      chartOf(comparison, `${titles[step]}: seconds`, "s", ({ seconds }) => seconds[step]),
    ]),
  ),
  size: chartOf(comparison, "Image: compressed MB", "MB", ({ imageMb }) => imageMb),
});

/** Charts with a bar: an interrupted run lacks the figures of later steps. */
const drawn = (comparison: Comparison): Readonly<Record<string, Chart>> =>
  Object.fromEntries(
    Object.entries(charts(comparison)).filter(([, { groups }]) => groups.some(({ bars }) => bars.length > 0)),
  );

const chartOf = (
  comparison: Comparison,
  title: string,
  unit: string,
  figureOf: (measurement: Measurement) => number | undefined,
): Chart => ({
  title,
  unit,
  groups: comparison.apps.map(({ name, tools }) => ({
    name,
    bars: toolsIn(comparison).flatMap((tool) => {
      const measurement = tools[tool];
      const value = measurement && figureOf(measurement);
      return value === undefined ? [] : [{ name: tool, value, isOurs: tool === ours }];
    }),
  })),
});

function pageOf(comparison: Comparison): string {
  const facts = (cell: (measurement: Measurement) => string | undefined) => tableOf(comparison, cell);
  const numbers = (figureOf: (measurement: Measurement) => number | undefined) => numbersOf(comparison, figureOf);
  const pictures = drawn(comparison);
  const picture = (name: string) =>
    pictures[name] === undefined ? "" : `![${pictures[name].title}](diagrams/comparison-${name}.svg)\n\n`;
  const builders = toolsIn(comparison).filter((tool) => !tool.includes(" "));
  return `# Apps built by several tools

This page compares \`cnb build\` with \`pack build\`, and with the usual Dockerfile of each app.
${builders.slice(0, -1).join(", ")} and ${builders.at(-1)} build the Dockerfile. [How it compares](explanation/comparison.md) lists features
of these and other projects.

[The method](#method) describes the machine, the apps and the steps. In each table of numbers, the
smallest value of a row is bold. "–" means that there is no result. \`npm run docs\` generates the page
from the results in \`docs/comparison.json\`.

## Where \`cnb build\` loses
${lossesOf(comparison)}

## Where \`cnb build\` wins
${winsOf(comparison)}

## Time
All times are seconds. They include the upload of the image to the registry. Each time is from one
build or rebase, except in [Unchanged](#unchanged).

### First build
${steps.first}

${picture("first")}${numbers(({ seconds }) => seconds.first)}

### Unchanged
${steps.unchanged}

${numbers(({ seconds }) => seconds.unchanged)}

### Code changed
${steps.code}

${picture("code")}${numbers(({ seconds }) => seconds.code)}

### Dependency added
${steps.dependency}

${numbers(({ seconds }) => seconds.dependency)}

### Base image fixed
${steps.base}

${picture("base")}${numbers(({ seconds }) => seconds.base)}

## Size of the image
The values are MB of compressed layers, including the base image. The base images of the Dockerfiles
[stand for the official images](#method), whose size can be different.

${picture("size")}${numbers(({ imageMb }) => imageMb)}

## Bytes that a build uploads
The values are MB of compressed layers that the previous image did not have. The rows with a fixed base
image do not count the layers of the new base image. 0 means less than 5 kB.

${uploads(comparison)}

## Packages in an SBOM
The values are the numbers of packages that syft ${comparison.versions["syft"]} finds in the first image. More packages are not
better: the Dockerfile's image of Node.js contains npm and its dependencies.

${facts(({ packages }) => packages?.toString())}

${sbomText(comparison)}${facts(({ sbom }) => answer(sbom))}

## Root or not
The table shows the user in the image's configuration. The Dockerfiles contain the line \`USER 1000\`.
Without this line, their images would run as root.

${facts(({ user }) => user && `\`${user}\``)}

## Reproducible or not
"yes" means that two builds of the same sources with empty caches created the same digest.

${facts(({ reproducible }) => answer(reproducible))}

## Rebase or rebuild
\`cnb rebase\` and \`pack rebase\` replace the layers of the base image in the registry, and keep all others.
A Dockerfile has to be built again: every step after \`FROM\` runs again, because the base image is
different. [Base image fixed](#base-image-fixed) has the times, and [Rebase](guide/rebasing.md) the
commands.

${missingRows(comparison)}${method(comparison)}`;
}

/** The text about the SBOMs of the buildpacks, for the tools with a figure. */
function sbomText({ apps }: Comparison): string {
  const have = (tool: ToolName, sbom: boolean) => apps.some(({ tools }) => tools[tool]?.sbom === sbom);
  const [bring, lack] = [toolNames.filter((tool) => have(tool, true)), toolNames.filter((tool) => have(tool, false))];
  const sentences = [
    bring.length > 0 &&
      `The images of ${bring.map(titleOf).join(" and ")} also contain SBOMs that the buildpacks wrote.`,
    lack.some((tool) => !bring.includes(tool)) && "The images of\nthe Dockerfiles contain none:",
  ].filter((sentence) => sentence !== false);
  return sentences.length === 0 ? "" : `${sentences.join(" ")}\n\n`;
}

const answer = (value: boolean | undefined): string | undefined => {
  if (value === undefined) return undefined;
  return value ? "yes" : "no";
};

const missingRows = (comparison: Comparison): string => {
  const measured: readonly string[] = toolsIn(comparison);
  const rows = Object.entries(comparison.missing)
    .filter(([tool]) => !measured.includes(tool))
    .map(([tool, reason]) => `| ${tool} | ${reason} |\n`);
  return rows.length === 0 ? "" : `## Tools that are missing\n| tool | reason |\n|---|---|\n${rows.join("")}\n`;
};

function tableOf(comparison: Comparison, cell: (measurement: Measurement) => string | undefined): string {
  const tools = toolsIn(comparison);
  const rows = comparison.apps.map(({ name, tools: measured }) =>
    row(
      name,
      tools.map((tool) => {
        const measurement = measured[tool];
        return (measurement && cell(measurement)) ?? "–";
      }),
    ),
  );
  return withHead("app", tools, rows);
}

const numbersOf = (comparison: Comparison, figureOf: (measurement: Measurement) => number | undefined): string =>
  withHead(
    "app",
    toolsIn(comparison),
    comparison.apps.map((app) => numberRow(app.name, app, comparison, figureOf)),
  );

/** A row whose smallest values are bold, unless all tools have the same value. */
function numberRow(
  head: string,
  { tools }: AppResult,
  comparison: Comparison,
  figureOf: (measurement: Measurement) => number | undefined,
): string {
  const cells = toolsIn(comparison).map((tool) => {
    const measurement = tools[tool];
    const value = measurement && figureOf(measurement);
    return value === undefined ? "–" : shown(value);
  });
  const least = Math.min(...cells.map(Number).filter((value) => !Number.isNaN(value)));
  const isEqual = cells.every((cell) => Number(cell) === least);
  return row(
    head,
    cells.map((cell) => (!isEqual && Number(cell) === least ? `**${cell}**` : cell)),
  );
}

const uploadSteps = ["unchanged", "code", "dependency", "base"] as const;

const uploads = (comparison: Comparison): string =>
  withHead(
    "app and build",
    toolsIn(comparison),
    comparison.apps.flatMap((app) =>
      uploadSteps.map((step) =>
        numberRow(`${app.name}, ${titles[step].toLowerCase()}`, app, comparison, ({ uploadedMb }) => uploadedMb[step]),
      ),
    ),
  );

const row = (head: string, cells: readonly string[]): string => `| ${head} | ${cells.join(" | ")} |`;

/** A table of the rows with figures: an interrupted run lacks those of later steps. */
function withHead(first: string, tools: readonly ToolName[], rows: readonly string[]): string {
  const known = rows.filter((each) => !/^\|[^|]*( \| –)+ \|$/.test(each));
  return known.length === 0 ? nothing : table(first, tools, known);
}

const nothing = "This run has no figures for this table.";

const table = (first: string, tools: readonly ToolName[], rows: readonly string[]): string =>
  [row(first, tools.map(titleOf)), `|---|${tools.map(() => "---:").join("|")}|`, ...rows].join("\n");

const titleOf = (tool: ToolName): string => (tool.includes(" ") ? `\`${tool}\`` : tool);
