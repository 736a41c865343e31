import { type Dirent, readdirSync, readlinkSync } from "node:fs";

/**
 * File names are bytes: the kernel knows no encoding. In a name as text, each byte that is not part
 * of valid UTF-8 becomes a lone surrogate (U+DC80 to U+DCFF), as in Python (PEP 383). Valid UTF-8
 * never decodes to one, so the text represents exactly these bytes, and code can join, split and
 * compare all names. Only system calls, archives and output convert them.
 */

/** The multi-byte sequences of UTF-8 (Unicode 17, table 3-7), or a single byte that is not part of one. */
const sequences =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xed[\x80-\x9f][\x80-\xbf]|[\xe1-\xef](?<!\xed)[\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/**
 * Decodes the bytes of a file name as text. The text preserves all bytes, even invalid UTF-8. The
 * function is also used for other data, such as an environment variable's value.
 */
export function nameOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!isDoubtful(text)) return text;
  return bytes
    .toString("latin1")
    .replace(sequences, (part) =>
      part.length > 1 ? Buffer.from(part, "latin1").toString("utf8") : String.fromCharCode(0xdc00 + part.charCodeAt(0)),
    );
}

/**
 * True if Node.js may have replaced bytes that are not UTF-8. A name can also contain the
 * replacement character itself.
 */
const isDoubtful = (text: string): boolean => text.includes("\uFFFD");

/** Encodes a name from {@link nameOf} back to its bytes. */
export function bytesOfName(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name);
  const parts = name.split(/([\udc80-\udcff]+)/u);
  return Buffer.concat(parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part) : loneBytes(part))));
}

const loneBytes = (text: string): Buffer => Buffer.from([...text].map((byte) => byte.charCodeAt(0) - 0xdc00));

/**
 * Converts a path to the form that Node.js's file system functions accept. A path that contains
 * bytes other than UTF-8 is converted to a buffer.
 */
export const onDisk = (path: string): string | Buffer => (path.isWellFormed() ? path : bytesOfName(path));

/** Lists the names in a directory, unordered. */
export function namesIn(dir: string): string[] {
  const names = readdirSync(onDisk(dir), { encoding: "utf8" });
  if (!names.some(isDoubtful)) return names;
  return readdirSync(onDisk(dir), { encoding: "buffer" }).map(nameOf);
}

/** Lists the entries of a directory with their types. */
export function entriesIn(
  dir: string,
): (Pick<Dirent, "isDirectory" | "isFile" | "isSymbolicLink"> & { name: string })[] {
  const entries = readdirSync(onDisk(dir), { withFileTypes: true, encoding: "utf8" });
  if (!entries.some(({ name }) => isDoubtful(name))) return entries;
  const all = readdirSync(onDisk(dir), { withFileTypes: true, encoding: "buffer" });
  return all.map((entry) => Object.assign(entry, { name: nameOf(entry.name) }));
}

/** Reads the target of a symbolic link. */
export function linkTarget(link: string): string {
  const target = readlinkSync(onDisk(link));
  return isDoubtful(target) ? nameOf(readlinkSync(onDisk(link), { encoding: "buffer" })) : target;
}

/** Compares names by their bytes, as Go and the system's tools do. */
export function byName(one: string, other: string): number {
  if (one === other) return 0;
  if (!isPlain(one) || !isPlain(other)) return Buffer.compare(bytesOfName(one), bytesOfName(other));
  return one < other ? -1 : 1;
}

/** True if JavaScript's order (UTF-16) is that of bytes. They only differ beyond U+FFFF. */
const isPlain = (text: string): boolean => !/[\ud800-\udfff]/.test(text);

/** Formats a file name for display. Bytes that are not UTF-8 are shown as `\xe9`. */
export const shownName = (name: string): string =>
  name.replace(/[\udc80-\udcff]/gu, (byte) => `\\x${(byte.charCodeAt(0) - 0xdc00).toString(16)}`);
