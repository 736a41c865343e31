import { hash } from "node:crypto";
import { type CreateReason, explainReason, type FieldChange, type s, type Target } from "libcnb";
import type { Project, Tool } from "../build-tool.ts";

/**
 * The cache key of a build: digests and versions of its inputs. Builds with equal keys have equal
 * results.
 */
export interface ApplicationKey {
  readonly format: number;
  readonly tool: string;
  readonly jdk: string;
  readonly target: string;
  readonly inputs: s.Table;
}

/** Counted up when what is made of what was built changes. */
const format = 1;

/** Computes the key of a build. @param source digests of the files of the app */
export const applicationKeyOf = (
  { inputs, jdk }: Project,
  {
    title,
    tool,
    source,
    target,
  }: { title: string; tool: Tool; source: Readonly<Record<string, string>>; target: Target },
): ApplicationKey => ({
  format,
  tool: `${title} ${tool.version}`,
  jdk: jdk.version,
  target: `${target.os} ${target.arch}`,
  inputs: digests({ ...source, ...inputs }),
});

const digests = (texts: Readonly<Record<string, string>>): s.Table =>
  Object.fromEntries(
    Object.entries(texts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, text]) => [name, hash("sha256", text).slice(0, 16)]), // enough against chance, and short
  );

/**
 * Describes the reason why the build tool runs, for the log. For a changed digest, the values are
 * omitted.
 */
export function whyBuilt(reason: CreateReason): string {
  if (reason.kind === "rejected") return reason.reason;
  return reason.kind === "metadata-changed" ? shortened(reason.changes.map(changeInWords)) : explainReason(reason);
}

/**
 * Shortens the list of changes: for an app that changed everywhere, the first ones are sufficient.
 */
const shortened = (words: readonly string[]): string =>
  words.length <= 4 ? words.join(", ") : `${words.slice(0, 3).join(", ")} and ${words.length - 3} more`;

function changeInWords(change: FieldChange): string {
  const name = change.field.replace(/^inputs\./, "");
  if (change.field === "format") return "this version of the buildpack builds applications differently";
  if (change.from === undefined) return `${name} added`;
  if (change.to === undefined) return `${name} removed`;
  return name === change.field ? explainReason({ kind: "metadata-changed", changes: [change] }) : `${name} changed`;
}
