import { UserError, versionRange } from "libcnb";
import type { ManagerChoice } from "../package-manager.ts";

/** The release to install: a locked one, or one that pip resolves. */
export type VersionRequest =
  | { readonly kind: "known"; readonly version: string }
  | { readonly kind: "other"; readonly specifier: string };

/**
 * The known release if it matches the request, or else pip's requirement.
 *
 * @throws UserError PYTHON_TOOL_VERSION_INVALID
 */
export async function requestFor({ name, version }: ManagerChoice, known: string): Promise<VersionRequest> {
  if (version === undefined) return { kind: "known", version: known };
  const admits = await versionRange(version.range, "pep440");
  if (admits === undefined) throw invalid(name, version);
  return admits(known) ? { kind: "known", version: known } : { kind: "other", specifier: specifierOf(version.range) };
}

/**
 * Converts a requested version to a specifier. `26.1` matches any 26.1, as for Python itself;
 * `26.1.2` matches only that version.
 */
export function specifierOf(range: string): string {
  const text = range.trim();
  if (!/^\d/.test(text)) return text;
  return /^\d+(\.\d+)?(\.\*)?$/.test(text) ? `==${text.replace(/\.\*$/, "")}.*` : `==${text}`;
}

const invalid = (name: string, { range, source }: { readonly range: string; readonly source: string }): UserError =>
  new UserError("PYTHON_TOOL_VERSION_INVALID", `${source} asks for ${name} ${JSON.stringify(range)}`, {
    cause: "this is neither a version nor a specifier of PEP 440",
    hint: "Write a version such as 2.4 or 2.4.1, or a specifier such as >=2.1,<3.",
  });
