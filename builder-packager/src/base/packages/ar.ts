/** One member of an `ar` archive. */
export interface ArMember {
  readonly name: string;
  readonly data: Uint8Array;
}

const headerBytes = 60;

/**
 * Reads an `ar` archive in the common format, as dpkg writes it. Numbers and names are ASCII in
 * fixed columns. Members start at even offsets.
 *
 * @throws Error with a description when the archive is damaged
 */
export function readAr(bytes: Uint8Array): ArMember[] {
  const ascii = (start: number, end: number) =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
  if (bytes.length < 8 || ascii(0, 8) !== "!<arch>\n") throw new Error("the package file is not an ar archive");
  const members: ArMember[] = [];
  for (let offset = 8; offset < bytes.length; ) {
    const start = offset + headerBytes;
    if (start > bytes.length || ascii(start - 2, start) !== "`\n")
      throw new Error(`the package file has a damaged member header at byte ${offset}`);
    const size = ascii(offset + 48, offset + 58).trim();
    const end = start + Number(size);
    if (!/^[0-9]+$/.test(size))
      throw new Error(
        `the package file has a member with the size ${JSON.stringify(size)}, which is not a number, at byte ${offset}`,
      );
    if (end > bytes.length)
      throw new Error(`the package file is truncated: its member at byte ${offset} is incomplete`);
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
