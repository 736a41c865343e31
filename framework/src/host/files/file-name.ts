import { isUtf8 } from "node:buffer";
import { readdirSync, readlinkSync } from "node:fs";

/**
 * The name or path of a file: a string, or bytes if it is not UTF-8. Node.js would replace such
 * bytes in a string, and then not find the file.
 */
export type FileName = string | Buffer;

// as bytes a directory is read several times slower
const isDoubtful = (text: string): boolean => text.includes("\ufffd");

const nameOf = (bytes: Buffer): FileName => (isUtf8(bytes) ? bytes.toString() : bytes);

/** Lists the names in a directory, sorted by their text. */
export function namesIn(dir: FileName): readonly FileName[] {
  const names = readdirSync(dir, { encoding: "utf8" });
  const exact = names.some(isDoubtful) ? readdirSync(dir, { encoding: "buffer" }).map(nameOf) : names;
  return [...exact].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

/** Returns the target of a symbolic link. */
export function targetOf(link: FileName): FileName {
  const target = readlinkSync(link, "utf8");
  return isDoubtful(target) ? nameOf(readlinkSync(link, "buffer")) : target;
}

/** Joins the path of a directory and a name. */
export const below = (dir: FileName, name: FileName): FileName =>
  typeof dir === "string" && typeof name === "string"
    ? `${dir}/${name}`
    : Buffer.concat([Buffer.from(dir), Buffer.from("/"), Buffer.from(name)]);

/**
 * Converts a name to a unique text. Bytes that are not UTF-8 become lone surrogates, which valid
 * UTF-8 never decodes to.
 */
export const textOf = (name: FileName): string =>
  typeof name === "string"
    ? name
    : name.toString("latin1").replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
