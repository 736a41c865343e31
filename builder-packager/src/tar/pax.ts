import { posix } from "node:path";
import { bytesOfName, nameOf } from "../files/file-name.ts";

/**
 * The records of a PAX extended header, which contain values that do not fit into the fixed header
 * fields.
 */
export type PaxRecords = Readonly<Record<string, string>>;

/**
 * Encodes a record as `<length> <key>=<value>\n`. The length is in bytes and includes its own
 * digits.
 */
function paxRecord(key: string, value: string): Buffer {
  const bare = bytesOfName(` ${key}=${value}\n`);
  const guess = bare.length + String(bare.length).length;
  return Buffer.concat([Buffer.from(String(bare.length + String(guess).length)), bare]);
}

/** Encodes the body of a PAX header, with the keys sorted as in Go's archive/tar. */
export const paxBody = (records: PaxRecords): Buffer =>
  Buffer.concat(
    Object.keys(records)
      .sort()
      .map((key) => paxRecord(key, records[key] ?? "")),
  );

/**
 * Returns the name of a PAX header, as in Go's archive/tar: `PaxHeaders.0` between the directory
 * and the file.
 */
export function paxHeaderName(path: string): string {
  const slash = path.lastIndexOf("/") + 1;
  return asciiOf(posix.join(path.slice(0, slash), "PaxHeaders.0", path.slice(slash)))
    .slice(0, 100)
    .replace(/\/+$/, "");
}

/**
 * Removes characters that are not ASCII, as Go does in the fixed fields of a member with a PAX
 * header.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is the one control character that must not be written
export const asciiOf = (text: string): string => text.replace(/[^\x01-\x7f]/g, "");

/** Parses the records of a PAX header. Returns undefined if they are malformed. */
export function parsePax(body: Buffer): Record<string, string> | undefined {
  const records: Record<string, string> = Object.create(null);
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : decimal(body.toString("latin1", at, space));
    const end = at + length;
    if (!(end <= body.length) || end <= space + 1 || body[end - 1] !== 0x0a) return undefined;
    const equals = body.indexOf(0x3d, space);
    if (equals < 0 || equals >= end) return undefined;
    records[body.toString("utf8", space + 1, equals)] = nameOf(body.subarray(equals + 1, end - 1));
    at = end;
  }
  return records;
}

const decimal = (text: string): number => (/^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN);
