import { hash } from "node:crypto";
import { type CreateReason, explain, type FieldChange, type Table, type Target } from "libcnb";
import type { Project, Tool } from "../build-tool.ts";

/** The inputs of a build: equal values give an equal result. */
export interface ApplicationKey {
  readonly format: number;
  readonly tool: string;
  readonly jdk: string;
  readonly target: string;
  readonly inputs: Table;
}

/** Counted up when what is made of what was built changes. */
const format = 1;

/** @param source digests of the files of the app */
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

const digests = (texts: Readonly<Record<string, string>>): Table =>
  Object.fromEntries(
    Object.entries(texts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, text]) => [name, hash("sha256", text).slice(0, 16)]), // enough against chance, and short
  );

/** The reason why a tool runs, in words. For a changed digest, the values are omitted. */
export function whyBuilt(reason: CreateReason): string {
  if (reason.kind === "rejected") return reason.reason;
  return reason.kind === "metadata-changed" ? shortened(reason.changes.map(changeInWords)) : explain(reason);
}

/** Of an app that changed in all its places, some are enough. */
const shortened = (words: readonly string[]): string =>
  words.length <= 4 ? words.join(", ") : `${words.slice(0, 3).join(", ")} and ${words.length - 3} more`;

function changeInWords(change: FieldChange): string {
  const name = change.field.replace(/^inputs\./, "");
  if (change.field === "format") return "this buildpack makes applications in another way";
  if (change.from === undefined) return `${name} is new`;
  if (change.to === undefined) return `${name} is gone`;
  return name === change.field ? explain({ kind: "metadata-changed", changes: [change] }) : `${name} changed`;
}
