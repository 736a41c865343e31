/** One member of an `ar` archive. */
export interface ArMember {
  readonly name: string;
  readonly data: Uint8Array;
}

const headerBytes = 60;

/**
 * Reads a common `ar` archive as dpkg writes it. Numbers and names are ASCII in fixed columns;
 * members start at even offsets.
 *
 * @throws Error with a description when the archive is damaged
 */
export function readAr(bytes: Uint8Array): ArMember[] {
  const ascii = (start: number, end: number) =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
  if (bytes.length < 8 || ascii(0, 8) !== "!<arch>\n") throw new Error("it is not an ar archive");
  const members: ArMember[] = [];
  for (let offset = 8; offset < bytes.length; ) {
    const start = offset + headerBytes;
    if (start > bytes.length || ascii(start - 2, start) !== "`\n")
      throw new Error(`the member header at byte ${offset} is damaged`);
    const size = ascii(offset + 48, offset + 58).trim();
    const end = start + Number(size);
    if (!/^[0-9]+$/.test(size))
      throw new Error(`the member at byte ${offset} has the size ${JSON.stringify(size)}, which is not a number`);
    if (end > bytes.length) throw new Error(`the member at byte ${offset} is truncated`);
    members.push({
      name: ascii(offset, offset + 16)
        .trim()
        .replace(/\/$/, ""),
      data: bytes.subarray(start, end),
    });
    offset = end + (end % 2);
  }
  return members;
}
