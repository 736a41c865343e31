import type { s } from "libcnb/internal";
import { metadataIssues } from "libcnb/packaging";
import type { BuildpackToml } from "libcnb/spec";
import { supportedBuildpackApis } from "libcnb/spec";
import { descriptorKeys } from "../../config/check-descriptor.ts";
import { decodeDescriptor, descriptorWarnings, type ModuleKind } from "../../config/module-descriptor.ts";
import { type KnownKeys, unknownKeys } from "../../config/unknown-keys.ts";
import { type LintDocument, renameKey } from "../document.ts";
import type { Problem } from "../finding.ts";

/** A decoded descriptor. The descriptor is undefined if its values are not valid. */
export interface DecodedDescriptor {
  readonly descriptor: BuildpackToml | undefined;
  readonly problems: readonly Problem[];
}

/** Decodes buildpack.toml or extension.toml, and reports unknown keys and invalid values. */
export function checkDescriptor(document: LintDocument, kind: ModuleKind): DecodedDescriptor {
  const keys = unknownKeys(document.table, descriptorKeys).filter(isReported).map(keyProblem(document));
  try {
    const descriptor = decodeDescriptor(kind, document.text, document.file);
    const warnings = descriptorWarnings(descriptor, document.file);
    const path = `${kind}.exec-env`;
    const message = `has no effect under Buildpack API ${descriptor.api}; it needs api = "0.12"`;
    return { descriptor, problems: [...keys, ...warnings.map((): Problem => ({ rule: "no-effect", path, message }))] };
  } catch (error) {
    return { descriptor: undefined, problems: [...keys, ...otherIssues(error, keys).map(issueProblem)] };
  }
}

/** Reports metadata that would fail every build of a TypeScript buildpack. */
export function checkMetadata(document: LintDocument, { api, metadata }: BuildpackToml): readonly Problem[] {
  const unsupported: readonly Problem[] = supportedBuildpackApis.some((supported) => supported === api)
    ? []
    : [
        {
          rule: "invalid-value",
          path: "api",
          message: `libcnb does not implement Buildpack API "${api}", only ${supportedBuildpackApis.join(", ")}`,
        },
      ];
  const keys = unknownKeys(metadata["configurations"] ?? [], metadataKeys("configurations"), "metadata.configurations")
    .filter(({ message }) => closeKey(message) === undefined)
    .map(keyProblem(document, "error"));
  return [...unsupported, ...keys, ...metadataIssues(metadata, document.file).map(issueProblem)];
}

/** Returns the keys of a list in `[metadata]` that have a meaning for libcnb. */
export function metadataKeys(list: "configurations" | "dependencies"): KnownKeys {
  const { metadata } = descriptorKeys;
  const keys = typeof metadata === "object" ? metadata[list] : undefined;
  return typeof keys === "object" ? keys : {};
}

/** `[metadata]` is the author's: only keys that resemble a known one are reported there. */
const isReported = ({ path, message }: s.Issue): boolean =>
  !path.startsWith("metadata.") || closeKey(message) !== undefined;

const closeKey = (message: string): string | undefined => /did you mean ([\w-]+)\?$/.exec(message)?.[1];

/** The path of the key that a misspelt one resembles. */
const intendedPath = ({ path, message }: s.Issue): string | undefined => {
  const close = closeKey(message);
  return close === undefined ? undefined : path.replace(/[^.]*$/, close);
};

/**
 * Returns the issues in a decoder's error, except issues about unknown keys and about the keys that
 * the author probably meant.
 */
export function otherIssues(error: unknown, keys: readonly Problem[]): readonly s.Issue[] {
  const intended = new Set(keys.map(({ path = "", message }) => intendedPath({ path, message })));
  return issuesIn(error).filter(({ path, message }) => !intended.has(path) && !message.startsWith("unknown key"));
}

/**
 * Converts an issue about an unknown key to a problem. If the key is misspelled, the problem
 * includes the correction.
 */
export const keyProblem =
  (document: LintDocument, others: "error" | "warning" = "warning") =>
  ({ path, message }: s.Issue): Problem => {
    const close = closeKey(message);
    const sibling = intendedPath({ path, message });
    const isFree = sibling !== undefined && !document.positions.has(sibling);
    const edits = close !== undefined && isFree ? renameKey(document, path, close) : [];
    return { rule: "unknown-key", severity: close === undefined ? others : "error", path, message, edits };
  };

export const issueProblem = ({ path, message }: s.Issue): Problem => ({ rule: "invalid-value", path, message });

/**
 * Returns the issues in a decoder's error. An error without issues is returned as one issue without
 * a path.
 */
export function issuesIn(error: unknown): readonly s.Issue[] {
  if (!(error instanceof Error)) throw error;
  return "issues" in error ? (error.issues as readonly s.Issue[]) : [{ path: "", message: error.message }];
}
