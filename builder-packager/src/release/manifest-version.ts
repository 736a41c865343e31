import type { VersionChange } from "./references.ts";

/**
 * Replaces the version in a package.json without changing its formatting. Returns undefined if the
 * file has a version other than `from`, because the package is then not versioned together with the
 * buildpack.
 *
 * @example `manifestVersion('{ "version": "1.0.0" }', { from: "1.0.0", to: "1.1.0" })?.text`
 */
export function manifestVersion(
  text: string,
  { from, to }: VersionChange,
): { readonly text: string; readonly line: number } | undefined {
  if (versionOf(text) !== from || from === to) return undefined;
  // a "version" further inside of the document is not that of the package
  for (const match of text.matchAll(/"version"\s*:\s*"([^"\\]*)"/g)) {
    const end = match.index + match[0].length - 1;
    const edited = text.slice(0, end - (match[1] ?? "").length) + to + text.slice(end);
    if (versionOf(edited) === to) return { text: edited, line: text.slice(0, match.index).split("\n").length };
  }
  return undefined;
}

function versionOf(text: string): unknown {
  try {
    const manifest: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : undefined;
  } catch {
    return undefined; // who packages the buildpack reports it
  }
}
