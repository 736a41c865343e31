/**
 * Formats rows as lines with aligned columns, indented by two spaces. As in pack's tables, the
 * columns are `gap` characters apart. A row with one cell separates blocks that are aligned
 * independently.
 */
export function columns(rows: readonly (readonly string[])[], gap = 8): string[] {
  const lines: string[] = [];
  for (let start = 0; start < rows.length; ) {
    const end = rows.findIndex((row, at) => at >= start && row.length < 2);
    const block = rows.slice(start, end < 0 ? rows.length : end);
    lines.push(...aligned(block, gap));
    if (end >= 0) lines.push((rows[end]?.[0] ?? "").trimEnd());
    start = end < 0 ? rows.length : end + 1;
  }
  return lines;
}

function aligned(rows: readonly (readonly string[])[], gap: number): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from(
    { length: count },
    (_, at) => Math.max(...rows.map((row) => [...(row[at] ?? "")].length)) + gap,
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - [...cell].length))
      .join("")
      .trimEnd(),
  );
}
