import { hash } from "node:crypto";
import { type CreateReason, explain, type FieldChange, type Table, type Target } from "libcnb";
import type { Project } from "../package-manager.ts";

/** The inputs of an environment: equal values give an equal one. */
export interface VenvKey {
  readonly format: number;
  /** Name and major version of the tool: `uv 0`. */
  readonly manager: string;
  /** Exact version: extension modules fit one minor version, and links lead to one runtime. */
  readonly python: string;
  /** Operating system, architecture and distribution: wheels are chosen by them. */
  readonly target: string;
  readonly inputs: Table;
}

/** Counted up when what is made of an installation changes. */
const format = 1;

export const venvKeyOf = ({ inputs, python, toolVersion }: Project, title: string, target: Target): VenvKey => ({
  format,
  manager: `${title} ${toolVersion.split(".")[0]}`,
  python: python.version,
  target: targetText(target),
  inputs: Object.fromEntries(
    Object.entries(inputs)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, text]) => [name, digest(text)]),
  ),
});

/** `linux amd64 debian 12` */
export const targetText = ({ os, arch, distro }: Target): string =>
  [os, arch, distro?.name, distro?.version].filter((each) => each !== undefined).join(" ");

/** 64 bits of SHA-256: enough against chance, and short enough to be shown in a log. */
const digest = (text: string): string => hash("sha256", text).slice(0, 16);

/** The reason for an installation, in words; for a digest only that it changed. */
export function whyInstalled(reason: CreateReason): string {
  if (reason.kind === "rejected") return reason.reason;
  return reason.kind === "metadata-changed" ? reason.changes.map(changeInWords).join(", ") : explain(reason);
}

function changeInWords(change: FieldChange): string {
  const name = change.field.replace(/^inputs\./, "");
  if (change.field === "format") return "this buildpack makes environments in another way";
  if (change.from === undefined) return `${name} is new`;
  if (change.to === undefined) return `${name} is gone`;
  return name === change.field ? explain({ kind: "metadata-changed", changes: [change] }) : `${name} changed`;
}
