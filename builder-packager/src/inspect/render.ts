import type { ImageFacts } from "./image-facts.ts";

/** The text of `cnb inspect`: one screen, widest facts last. */
export function renderFacts(name: string, facts: ImageFacts): string {
  const layers = [...facts.layers.map(({ sizeBytes, maker }) => [formatBytes(sizeBytes), maker] as const)];
  return [
    `${name}`,
    `  digest     ${facts.digest}`,
    `  platform   ${facts.platform}`,
    `  size       ${formatBytes(facts.sizeBytes)} in ${counted(facts.layers.length, "layer")}`,
    `  sbom       ${counted(facts.sbom.documents, "document")}, ${counted(facts.sbom.components, "component")}`,
    ...section(
      "buildpacks",
      facts.buildpacks.map(({ id, version }) => `${id} ${version}`),
    ),
    ...section("processes", facts.processes.map(renderProcess)),
    ...section(
      "layers",
      layers.map(([size, maker]) => `${size.padStart(9)}  ${maker}`),
    ),
    "",
  ].join("\n");
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const renderProcess = ({ type, command, ...process }: ImageFacts["processes"][number]) =>
  `${type}${process.default ? " (default)" : ""}: ${command.join(" ")}`;

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];

/** Decimal units, as registries and `docker images` show them. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
