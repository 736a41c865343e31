/**
 * A value of a file as unique text. TOML's integers, which JSON lacks, are distinguished as well.
 *
 * @param change what becomes of an entry; `undefined` leaves it out
 */
export const jsonText = (value: unknown, change: (key: string, value: unknown) => unknown = keep): string =>
  JSON.stringify(value, (key, entry) => {
    const changed = change(key, entry);
    return typeof changed === "bigint" ? `${changed}` : changed;
  });

const keep = (_: string, value: unknown): unknown => value;
