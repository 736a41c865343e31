import type { PackageSummary, SummarizedBuildpack } from "./summary.ts";

/**
 * Returns a summary in Markdown for release notes, in the form of packit's `jam summarize`: the ID,
 * the digest, the members, the orders, and the facts about each buildpack.
 */
export function summaryMarkdown({ digest, main, members }: PackageSummary): string {
  const buildpacks = members.length === 0 ? buildpackLines(main) : [...orderLines(main), ...members.flatMap(folded)];
  return [
    `## ${text(main.name)} ${text(main.version)}`,
    "",
    `**ID:** ${code(main.id)}`,
    "",
    ...(digest === undefined ? [] : [`**Digest:** ${code(digest)}`, ""]),
    ...(members.length === 0 ? [] : memberLines(members)),
    ...buildpacks,
  ]
    .join("\n")
    .replace(/\n*$/, "\n");
}

const memberLines = (members: readonly SummarizedBuildpack[]): readonly string[] => [
  "#### Included buildpacks:",
  "",
  ...table(
    ["Name", "ID", "Version"],
    members.map(({ name, id, version }) => [text(name), code(id), text(version)]),
  ),
];

function orderLines({ order }: SummarizedBuildpack): readonly string[] {
  return order.flatMap((group, index) => [
    "<details>",
    `<summary>Order grouping ${index + 1}</summary>`,
    "",
    ...table(
      ["ID", "Version", "Optional"],
      group.map(({ id, version, optional }) => [code(id), text(version ?? ""), optional ? "yes" : "no"]),
    ),
    "</details>",
    "",
  ]);
}

const folded = (buildpack: SummarizedBuildpack): readonly string[] => [
  "<details>",
  `<summary>${html(buildpack.name)} ${html(buildpack.version)}</summary>`,
  "",
  `**ID:** ${code(buildpack.id)}`,
  "",
  ...buildpackLines(buildpack),
  ...orderLines(buildpack),
  "</details>",
  "",
];

function buildpackLines({ targets, stacks, defaultVersions, dependencies, configurations }: SummarizedBuildpack) {
  return [
    ...listed("Supported targets", targets),
    ...listed("Supported stacks", stacks),
    ...titled(
      "Default dependency versions",
      ["ID", "Version"],
      Object.entries(defaultVersions).map(([id, version]) => [code(id), text(version)]),
    ),
    ...titled(
      "Dependencies",
      ["Name", "Version", "Platforms", "Checksum"],
      dependencies.map(({ id, version, platform, stacks: of, checksum }) => [
        text(id),
        text(version),
        text(platform ?? of.join(", ")),
        checksum ? code(checksum) : "",
      ]),
    ),
    ...titled(
      "Configuration",
      ["Variable", "Default", "Description"],
      configurations.map(({ name, default: value, description }) => [
        code(name),
        value === undefined || value === "" ? "" : code(value),
        text(description),
      ]),
    ),
  ];
}

const listed = (title: string, values: readonly string[]): readonly string[] =>
  values.length === 0 ? [] : [`#### ${title}:`, "", ...values.map((value) => `- ${code(value)}`), ""];

const titled = (title: string, header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0 ? [] : [`#### ${title}:`, "", ...table(header, rows)];

const table = (header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).concat("");

/**
 * Escapes a text from a descriptor. A buildpack from another author must not be able to end a cell
 * of the table, or to add HTML or links to the release notes.
 */
const text = (value: string): string => oneLine(value).replaceAll(/[\\`*_[\]<>&|#]/g, "\\$&");

/** Text in an HTML tag, where backslashes escape nothing. */
const html = (value: string): string =>
  oneLine(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Code from a descriptor, in more backticks than it contains. */
function code(value: string): string {
  const line = oneLine(value).replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

const oneLine = (value: string): string => value.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
