/** An OpenPGP packet, such as a key, a signature or a user ID. */
export interface Packet {
  readonly tag: number;
  readonly body: Buffer;
}

/** The tags of the packet types that are processed. Other packets are skipped. */
export const tags = { signature: 2, publicKey: 6, publicSubkey: 14 } as const;

/** The kinds of armored (text) blocks of OpenPGP data that are read. */
export type ArmorKind = "PUBLIC KEY BLOCK" | "SIGNATURE";

/**
 * Decodes the first block of the given kind in an armored text.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9580#section-6.2
 * @throws Error if the text has no such block
 */
export function dearmored(text: string, kind: ArmorKind): Buffer {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const begin = lines.indexOf(`-----BEGIN PGP ${kind}-----`);
  const end = lines.indexOf(`-----END PGP ${kind}-----`, begin);
  const data = lines.indexOf("", begin); // behind headers such as "Version: GnuPG v2"
  if (begin < 0 || end < 0 || data < 0 || data > end)
    throw new Error(`the text contains no armored OpenPGP ${kind.toLowerCase()}`);
  const encoded = lines.slice(data, end).filter((line) => !/^=[A-Za-z0-9+/]{4}$/.test(line)); // that is a checksum
  return Buffer.from(encoded.join(""), "base64");
}

/**
 * Splits bytes into packets.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9580#section-4.2
 * @throws Error if the bytes are not a sequence of complete packets
 */
export function packetsOf(bytes: Buffer): readonly Packet[] {
  const reader = new Reader(bytes);
  const packets: Packet[] = [];
  while (!reader.isAtEnd) {
    const header = reader.number(1);
    if ((header & 0x80) === 0) throw new Error("the data does not consist of OpenPGP packets");
    const isNew = (header & 0x40) !== 0;
    const tag = isNew ? header & 0x3f : (header >> 2) & 0x0f;
    packets.push({ tag, body: reader.bytes(isNew ? reader.length() : oldLength(reader, header & 3)) });
  }
  return packets;
}

function oldLength(reader: Reader, type: number): number {
  if (type === 3) throw new Error("an OpenPGP packet has an indeterminate length, which is not supported");
  return reader.number(2 ** type);
}

/** A reader of numbers and bytes, from the beginning of a buffer to its end. */
export class Reader {
  #at = 0;
  readonly #all: Buffer;

  constructor(all: Buffer) {
    this.#all = all;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#all.length;
  }

  /**
   * Reads this number of bytes.
   *
   * @throws Error if there are not enough bytes
   */
  bytes(count: number): Buffer {
    const found = this.#all.subarray(this.#at, this.#at + count);
    if (found.length !== count) throw new Error("the data ends in the middle of an OpenPGP packet");
    this.#at += count;
    return found;
  }

  /** Reads an unsigned number of `byteCount` bytes, at most 6. */
  number(byteCount: number): number {
    return this.bytes(byteCount).readUIntBE(0, byteCount);
  }

  /** Reads a length in the format of new packets and of subpackets. */
  length(): number {
    const first = this.number(1);
    if (first < 192) return first;
    if (first === 255) return this.number(4);
    if (first >= 224) throw new Error("an OpenPGP packet has a partial body length, which is not supported");
    return ((first - 192) << 8) + this.number(1) + 192;
  }

  /** Reads a number of any size: the count of its bits, then its bytes. */
  multiprecision(): Buffer {
    return this.bytes(Math.ceil(this.number(2) / 8));
  }
}
