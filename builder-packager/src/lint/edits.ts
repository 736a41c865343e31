import type { Edit } from "./finding.ts";

/**
 * Applies edits to a text. An edit that overlaps an earlier edit is left out, because the next run
 * finds its problem again.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let [result, at] = ["", 0];
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start < at) continue;
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}
