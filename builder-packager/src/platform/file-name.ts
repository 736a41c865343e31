import { readdirSync, readlinkSync } from "node:fs";

/**
 * A name as Node gives it holds U+FFFD where bytes are not UTF-8. A name that really has this character cannot be told from
 * those when a layer is made, so it is refused as well.
 */
const isSuspicious = (text: string): boolean => text.includes("\uFFFD");

/** The names of a directory that no layer can hold, escaped for people: `caf\xe9`. */
export function foreignNames(dir: string, names: readonly string[]): readonly string[] {
  if (!names.some(isSuspicious)) return [];
  return readdirSync(dir, { encoding: "buffer" })
    .filter((name) => isSuspicious(name.toString("utf8")))
    .map(escapeBytes);
}

/** The target of a symbolic link that no layer can hold, escaped. */
export function foreignTarget(link: string, target: string): string | undefined {
  if (!isSuspicious(target)) return undefined;
  return escapeBytes(readlinkSync(link, { encoding: "buffer" }));
}

const printable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f && byte !== 0x5c;

const escapeBytes = (bytes: Uint8Array): string =>
  [...bytes]
    .map((byte) => (printable(byte) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`))
    .join("");
