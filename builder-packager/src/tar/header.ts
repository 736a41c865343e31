import { CnbError } from "../errors.ts";
import { normalizedMtime, type TarEntry } from "./entry.ts";
import { asciiOf, paxBody, paxHeaderName } from "./pax.ts";

export const blockSize = 512;

/** Offsets and lengths of the fixed fields (POSIX.1-1988 "ustar"). */
const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  typeflag: [156, 1],
  linkname: [157, 100],
  magic: [257, 8],
  devmajor: [329, 8],
  devminor: [337, 8],
  prefix: [345, 155],
} as const;

type Field = keyof typeof fields;

const typeflags = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  "character-device": "3",
  "block-device": "4",
  directory: "5",
  fifo: "6",
} as const;

/**
 * Encodes the header blocks of one member byte for byte as the lifecycle does with Go's
 * archive/tar, because diff IDs of layers must be equal. The format is USTAR, with a preceding PAX
 * header only if a field does not fit.
 *
 * @throws CnbError TAR_UNSUPPORTED if no portable format can store the entry.
 */
export function encodeHeader(entry: TarEntry): Buffer {
  const header = fieldsOf(entry);
  const { records, ustar } = representation(header);
  if (ustar) {
    const split = splitPath(header.name);
    return block({ ...header, name: split?.name ?? header.name }, split?.prefix ?? "");
  }
  const body = paxBody(records);
  const pax = block({ ...emptyHeader, name: paxHeaderName(header.name), typeflag: "x", size: body.length }, "");
  const main = block({ ...header, name: asciiOf(header.name), linkname: asciiOf(header.linkname) }, "");
  return Buffer.concat([pax, body, Buffer.alloc(paddingOf(body.length)), main]);
}

/** Returns the number of padding bytes after content of the given size. */
export const paddingOf = (size: number): number => (blockSize - (size % blockSize)) % blockSize;

interface Header {
  readonly name: string;
  readonly linkname: string;
  readonly typeflag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly devmajor: number;
  readonly devminor: number;
}
const emptyHeader: Header = {
  name: "",
  linkname: "",
  typeflag: "0",
  mode: 0,
  uid: 0,
  gid: 0,
  size: 0,
  mtime: 0,
  devmajor: 0,
  devminor: 0,
};

function fieldsOf(entry: TarEntry): Header {
  const { path, mode, uid, gid, mtime = normalizedMtime } = entry;
  const linkname = "target" in entry ? entry.target : "";
  const size = entry.type === "file" ? sizeOf(entry) : 0;
  const { devmajor, devminor } = "devmajor" in entry ? entry : { devmajor: 0, devminor: 0 };
  const header = {
    name: path,
    linkname,
    typeflag: typeflags[entry.type],
    mode,
    uid,
    gid,
    size,
    mtime: Math.round(mtime),
    devmajor,
    devminor,
  };
  check(header);
  return header;
}

/** Returns the size of the content of a file entry in bytes. */
export const sizeOf = ({ content }: Extract<TarEntry, { type: "file" }>): number =>
  content instanceof Uint8Array ? content.length : content.size;

function check({ name, linkname, typeflag, ...numbers }: Header): void {
  const refuse = (why: string) => {
    throw new CnbError("TAR_UNSUPPORTED", `${JSON.stringify(name)} cannot be stored in a tar archive: ${why}`, {
      hint: "Rename the file, correct its attributes, or remove it.",
    });
  };
  if (name.includes("\0") || linkname.includes("\0")) refuse("its name or link target contains a NUL character");
  if ("0346".includes(typeflag) && name.endsWith("/")) refuse("the name of a file ends with a slash");
  for (const key of ["mode", "devmajor", "devminor"] as const)
    if (!fitsOctal(key, numbers[key])) refuse(`its ${key} is ${numbers[key]}`);
  for (const [key, value] of Object.entries(numbers))
    if (!Number.isSafeInteger(value)) refuse(`its ${key} is ${value}, not a whole number`);
}

/** The fields that need a PAX record, and whether USTAR is sufficient. */
function representation(header: Header): { readonly records: Record<string, string>; readonly ustar: boolean } {
  const records: Record<string, string> = {};
  // A long path that USTAR can split still gets a record when another field asks for PAX: so does Go.
  if (!fitsText("name", header.name)) records.path = header.name;
  if (!fitsText("linkname", header.linkname)) records.linkpath = header.linkname;
  for (const key of ["uid", "gid", "size", "mtime"] as const)
    if (!fitsOctal(key, header[key])) records[key] = String(header[key]);
  const needed = Object.keys(records).filter((key) => key !== "path" || splitPath(header.name) === undefined);
  return { records, ustar: needed.length === 0 };
}

const isAscii = (text: string): boolean => asciiOf(text) === text;
const fitsText = (field: Field, text: string): boolean => isAscii(text) && text.length <= fields[field][1];
const fitsOctal = (field: Field, value: number): boolean => value >= 0 && value < 8 ** (fields[field][1] - 1);

/** Splits a path of 101 to 255 characters at a slash into USTAR's prefix and name. */
function splitPath(path: string): { readonly prefix: string; readonly name: string } | undefined {
  const [nameSize, prefixSize] = [fields.name[1], fields.prefix[1]];
  if (path.length <= nameSize || !isAscii(path)) return undefined;
  let end = path.length;
  if (end > prefixSize + 1) end = prefixSize + 1;
  else if (path.endsWith("/")) end -= 1;
  const slash = path.lastIndexOf("/", end - 1);
  const name = path.slice(slash + 1);
  if (slash <= 0 || slash > prefixSize || name === "" || name.length > nameSize) return undefined;
  return { prefix: path.slice(0, slash), name };
}

function block(header: Header, prefix: string): Buffer {
  const bytes = Buffer.alloc(blockSize);
  putText(bytes, "name", header.name);
  for (const key of ["mode", "uid", "gid", "size", "mtime"] as const) putOctal(bytes, key, header[key]);
  bytes.write(header.typeflag, fields.typeflag[0], "latin1");
  putText(bytes, "linkname", header.linkname);
  bytes.write("ustar\x0000", fields.magic[0], "latin1");
  // Go leaves the device numbers of a PAX header itself empty and writes zeros for every other member.
  if (header.typeflag !== "x") for (const key of ["devmajor", "devminor"] as const) putOctal(bytes, key, header[key]);
  putText(bytes, "prefix", prefix);
  bytes.write(`${checksumOf(bytes).toString(8).padStart(6, "0")}\0 `, fields.checksum[0], "latin1");
  return bytes;
}

function putText(bytes: Buffer, field: Field, text: string): void {
  const [offset, length] = fields[field];
  bytes.write(text.slice(0, length), offset, "latin1");
  if (text.length <= length || text[length - 1] !== "/") return;
  // A cut name that ends with a slash would be read as a directory by some readers: Go ends it before the slashes.
  bytes[offset + text.slice(0, length - 1).replace(/\/+$/, "").length] = 0;
}

function putOctal(bytes: Buffer, field: Field, value: number): void {
  const [offset, length] = fields[field];
  // The PAX header has the values that do not fit; Go writes zero here.
  const digits = fitsOctal(field, value) ? value.toString(8) : "0";
  bytes.write(digits.padStart(length - 1, "0"), offset, "latin1");
}

/**
 * Computes the checksum of a header block: the sum of all bytes, with the checksum field counted as
 * spaces.
 */
export function checksumOf(bytes: Uint8Array): number {
  const [offset, length] = fields.checksum;
  let sum = 0x20 * length;
  for (let at = 0; at < blockSize; at++) if (at < offset || at >= offset + length) sum += bytes[at] ?? 0;
  return sum;
}
