const shownLength = 100;

/** Describes a value that an author returned by mistake, for an error message. */
export function described(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "function") return "a function instead of calling it";
  const text = textOf(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a value of type ${typeof value}`; // bigint, or an object that holds itself
  }
}
