/** Escapes a text for a cell of a table. Only `|` needs an escape within a code span. */
export const cell = (text: string): string =>
  text
    .replaceAll("|", "\\|")
    .replaceAll(/`[^`]*`|[<*]/g, (found) => escapes[found] ?? found)
    .replaceAll(/\s*\n\s*/g, " ");

const escapes: Readonly<Record<string, string>> = { "<": "&lt;", "*": "\\*" };

/** A table of Markdown. */
export const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
