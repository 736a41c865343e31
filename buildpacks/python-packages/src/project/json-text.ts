/**
 * Serializes a parsed value so that different values give different texts. TOML's integers, which
 * JSON does not have, are distinguished as well.
 *
 * @param change returns the replacement of an entry; `undefined` omits the entry
 */
export const jsonText = (value: unknown, change: (key: string, value: unknown) => unknown = keep): string =>
  JSON.stringify(value, (key, entry) => {
    const changed = change(key, entry);
    return typeof changed === "bigint" ? `${changed}` : changed;
  });

const keep = (_: string, value: unknown): unknown => value;
