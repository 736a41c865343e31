import { hash } from "node:crypto";
import { type CreateReason, explainReason, type FieldChange, type s, type Target } from "libcnb";
import type { Project } from "../package-manager.ts";

/**
 * The cache key of an environment: digests and versions of its inputs. If two keys are equal, the
 * environments are equal.
 */
export interface VenvKey {
  readonly format: number;
  /** The name and major version of the tool: `uv 0`. */
  readonly manager: string;
  /**
   * The exact version of Python, because extension modules only work with one minor version, and
   * links refer to one runtime.
   */
  readonly python: string;
  /** The operating system, architecture and distribution, which determine the wheels. */
  readonly target: string;
  readonly inputs: s.Table;
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

/** Formats the target for which an environment was created: `linux amd64 debian 12`. */
export const targetText = ({ os, arch, distro }: Target): string =>
  [os, arch, distro?.name, distro?.version].filter((each) => each !== undefined).join(" ");

/** 64 bits of SHA-256: enough against chance, and short enough to be shown in a log. */
const digest = (text: string): string => hash("sha256", text).slice(0, 16);

/**
 * Returns the reason for an installation, for the log. If a digest has changed, the log names the
 * input instead of the digests.
 */
export function whyInstalled(reason: CreateReason): string {
  if (reason.kind === "rejected") return reason.reason;
  return reason.kind === "metadata-changed" ? reason.changes.map(changeInWords).join(", ") : explainReason(reason);
}

function changeInWords(change: FieldChange): string {
  const name = change.field.replace(/^inputs\./, "");
  if (change.field === "format") return "this version of the buildpack creates environments differently";
  if (change.from === undefined) return `${name} added`;
  if (change.to === undefined) return `${name} removed`;
  return name === change.field ? explainReason({ kind: "metadata-changed", changes: [change] }) : `${name} changed`;
}
