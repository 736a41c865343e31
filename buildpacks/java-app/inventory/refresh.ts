import { changesOf, parseReleases, renderReleases } from "@libcnb/app-kit/inventory/release-list";
import type { ReadText, UpdateResult } from "@libcnb/app-kit/inventory/run-updater";
import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";
import { type Entry, lineOf, type ToolName, toolReleases } from "./releases.ts";
import { entryOf, type Sources, versionsOf } from "./upstream.ts";

/** The sources and options for finding releases. */
interface Looking {
  readonly sources: Sources;
  readonly read: ReadText;
  /** Release lines in addition to existing ones: `maven-3.10`. */
  readonly lines: readonly string[];
}

/** The outcome for one file. */
type RefreshedText = Required<Pick<UpdateResult, "failures" | "changes">> & { readonly text: string };

/**
 * Adds the newest release of each line to a buildpack.toml; existing releases are kept, because
 * builds may request them. Unreadable sources are reported.
 */
export async function refresh(text: string, looking: Looking): Promise<RefreshedText> {
  const existing = parseReleases(toolReleases, text);
  const failures: string[] = [];
  const entries = [...existing];
  const others: string[] = [];
  for (const tool of new Set(existing.map((entry) => entry.tool))) {
    try {
      const found = await newerOf(tool, existing, looking);
      entries.push(...found.entries);
      others.push(...found.others);
    } catch (error) {
      failures.push(`the releases of ${tool} stay unchanged: ${error instanceof Error ? error.message : error}`);
    }
  }
  return {
    text: renderReleases(toolReleases, text, entries),
    failures,
    changes: [...changesOf(toolReleases, existing, entries), ...others],
  };
}

/**
 * The releases of a tool that are newer than the current one, and newer release lines, about which
 * a person decides.
 */
async function newerOf(tool: ToolName, existing: readonly Entry[], { lines, read, sources }: Looking) {
  const there = existing.filter((entry) => entry.tool === tool).map(({ version }) => version);
  const all = (await versionsOf(tool, sources, read)).toSorted(newerVersionFirst);
  const wanted = new Set([...there.map((version) => lineOf({ tool, version })), ...linesOf(tool, lines)]);
  const newest = [...wanted].flatMap((line) => all.find((version) => lineOf({ tool, version }) === line) ?? []);
  const added = newest.filter((version) => !there.includes(version));
  const [top = ""] = there.toSorted(newerVersionFirst);
  const above = all
    .filter((version) => newerVersionFirst(version, top) < 0)
    .map((version) => lineOf({ tool, version }));
  const others = [...new Set(above)].filter((line) => !wanted.has(line));
  return {
    entries: await Promise.all(added.map((version) => entryOf(tool, version, sources, read))),
    others: others.map((line) => `${tool} also has the line ${line}: --lines ${tool}-${line} adds it`),
  };
}

const linesOf = (tool: ToolName, lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => (line.startsWith(`${tool}-`) ? [line.slice(tool.length + 1)] : []));
