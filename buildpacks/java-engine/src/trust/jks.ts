import { createHash } from "node:crypto";

/**
 * The default password of Java truststores. It is not secret, because Java only uses it for the
 * truststore's checksum.
 */
export const truststorePassword = "changeit";

const magic = 0xfeedfeed;
const version = 2;
const trustedEntry = 2;
const privateKeyEntry = 1;
const sumLength = 20;

/**
 * Creates a truststore in Java's own format (JKS), which all versions of Java can read: magic
 * number, version, number of entries, the entries, and a checksum. Each entry has a number as its
 * name and no date, so that equal certificates give equal bytes.
 *
 * @param certificates in their binary form (DER)
 */
export const writeJks = (certificates: readonly Uint8Array[]): Buffer =>
  jksOf(certificates.length, jksEntries(certificates));

/** Creates a truststore from the bytes of its entries (see {@link jksEntries}) and their number. */
export function jksOf(count: number, entries: Uint8Array): Buffer {
  const contents = Buffer.concat([uint32(magic), uint32(version), uint32(count), entries]);
  return Buffer.concat([contents, checksum(contents)]);
}

/**
 * Returns the bytes of the truststore entries for certificates. A container appends entries for its
 * own certificates. The names of these entries begin with `prefix`, so that they differ from those
 * of the build.
 */
export const jksEntries = (certificates: readonly Uint8Array[], prefix = ""): Buffer =>
  Buffer.concat(certificates.map((certificate, index) => entry(`${prefix}${index}`, certificate)));

const entry = (name: string, certificate: Uint8Array): Buffer =>
  Buffer.concat([
    uint32(trustedEntry),
    utf(name),
    Buffer.alloc(8),
    utf("X.509"),
    uint32(certificate.length),
    certificate,
  ]);

// Returns the checksum that the JKS format defines, which includes the password and a fixed text.
const checksum = (contents: Uint8Array): Buffer =>
  createHash("sha1")
    .update(Buffer.from(truststorePassword, "utf16le").swap16())
    .update("Mighty Aphrodite")
    .update(contents)
    .digest();

/**
 * Reads the certificates of a JKS truststore. Returns undefined for another format or for truncated
 * data. The checksum is not verified.
 */
export function certificatesOfJks(bytes: Buffer): readonly Buffer[] | undefined {
  if (bytes.length < 12 + sumLength || bytes.readUInt32BE(0) !== magic || bytes.readUInt32BE(4) !== version)
    return undefined;
  const source = reader(bytes.subarray(8, -sumLength));
  try {
    return Array.from({ length: source.uint32() }, () => readEntry(source)).flat();
  } catch {
    return undefined; // it ends too early
  }
}

interface Reader {
  uint16(): number;
  uint32(): number;
  bytes(length: number): Buffer;
}

function readEntry(source: Reader): readonly Buffer[] {
  const kind = source.uint32();
  skipNameAndDate(source);
  if (kind === trustedEntry) return [readCertificate(source)];
  if (kind !== privateKeyEntry) throw new RangeError();
  source.bytes(source.uint32());
  for (let chain = source.uint32(); chain > 0; chain--) readCertificate(source);
  return [];
}

function skipNameAndDate(source: Reader): void {
  source.bytes(source.uint16());
  source.bytes(8);
}

function readCertificate(source: Reader): Buffer {
  source.bytes(source.uint16()); // its type
  return source.bytes(source.uint32());
}

function reader(all: Buffer): Reader {
  let position = 0;
  const bytes = (length: number): Buffer => {
    if (position + length > all.length) throw new RangeError();
    position += length;
    return all.subarray(position - length, position);
  };
  return { bytes, uint16: () => bytes(2).readUInt16BE(), uint32: () => bytes(4).readUInt32BE() };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function utf(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(text)]);
}
