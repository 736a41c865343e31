import { printable } from "../text/printable.ts";
import type { InventoryFinding } from "./check-inventory.ts";
import { type InventoryUpdate, platformName, type ReleaseChange } from "./update-inventory.ts";

/** A change of a version, with all its platforms. */
interface VersionChange extends Pick<ReleaseChange, "change" | "id" | "name" | "version" | "endOfLife"> {
  readonly platforms: readonly string[];
}

/** Groups the changes of an update by version. */
export function versionChanges(changes: readonly ReleaseChange[]): readonly VersionChange[] {
  const groups = Map.groupBy(changes, ({ change, id, version }) => `${id} ${change} ${version}`);
  return [...groups.values()].flatMap(([first, ...others]): VersionChange[] => {
    if (first === undefined) return [];
    const platforms = [first, ...others].flatMap((each) => (each.os || each.arch ? [platformName(each)] : []));
    const { change, id, name, version, endOfLife } = first;
    return [{ change, id, name, version, platforms, endOfLife }];
  });
}

/** Formats an update as lines: `added    node 24.21.0 (linux/amd64, linux/arm64)`. */
export function updateText({ file, changes, failures, outside }: InventoryUpdate): string {
  const lines = versionChanges(changes).map(
    ({ change, id, version, platforms }) =>
      `  ${change.padEnd(9)}${id} ${version}${platforms.length > 0 ? ` (${platforms.join(", ")})` : ""}`,
  );
  const others = [
    ...outside.map(({ id, version }) => `  note     no constraint of ${id} includes ${version}`),
    ...failures.map(({ message }) => `  failed   ${message}`),
  ];
  const upToDate = lines.length === 0 && failures.length === 0;
  return printable([upToDate ? `${file} is up to date` : file, ...lines, ...others, ""].join("\n"));
}

/** Formats updates as Markdown, for a pull request. */
export function updateMarkdown(updates: readonly InventoryUpdate[]): string {
  const changed = updates.filter(
    ({ changes, failures, outside }) => changes.length + failures.length + outside.length > 0,
  );
  if (changed.length === 0) return "All inventories are up to date.\n";
  return changed.map(sectionOf).join("\n");
}

function sectionOf({ file, changes, failures, outside }: InventoryUpdate): string {
  const rows = versionChanges(changes).map(
    ({ change, name, version, platforms, endOfLife }) =>
      `| ${[name, change, version, platforms.join(", ") || "any", endOfLife ?? ""].map(cell).join(" | ")} |`,
  );
  const table = [
    "| dependency | change | version | platforms | end of support |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ];
  const notes = [
    ...outside.map(({ id, version }) => `- No constraint of ${cell(id)} includes ${cell(version)}.`),
    ...failures.map(({ message }) => `- Failed: ${cell(message)}`),
  ];
  return [`### ${cell(file)}`, "", ...(rows.length > 0 ? table : []), ...(notes.length > 0 ? [...notes, ""] : [])].join(
    "\n",
  );
}

/** A text without Markdown's syntax: it comes from the index of a third party. */
const cell = (text: string): string =>
  printable(text)
    .replace(/[\\|`<>*_[\]]/g, "\\$&")
    .replaceAll("\n", " ");

/** Formats the findings about an inventory as lines. */
export const findingsText = (file: string, findings: readonly InventoryFinding[]): string =>
  printable(
    findings.length === 0
      ? `${file} has no problems\n`
      : `${file}\n${findings.map(({ severity, check, message }) => `  ${severity.padEnd(8)}${message} (${check})\n`).join("")}`,
  );
