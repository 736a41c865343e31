/**
 * A pattern for names that differ from a known name by one edit, or by two
 * letters in the wrong order. Names that differ by any two edits would need a pattern of a hundred times this size.
 */
export const misspellings = (known: readonly string[]): string => known.flatMap(edited).join("|");

/** Patterns for a changed or missing letter, for an additional one, and for two letters in the wrong order. */
function edited(name: string): readonly string[] {
  const letters = [...name];
  const changed = letters.map((_, index) => `${name.slice(0, index)}.?${name.slice(index + 1)}`);
  const longer = [...letters, ""].map((_, index) => `${name.slice(0, index)}.${name.slice(index)}`);
  const swapped = letters
    .slice(1)
    .map((letter, index) => `${name.slice(0, index)}${letter}${letters[index]}${name.slice(index + 2)}`);
  // swapped letters are two edits, as many as a decoder permits for a name of five letters
  return [...changed, ...longer, ...(letters.length < 5 ? [] : swapped)];
}
