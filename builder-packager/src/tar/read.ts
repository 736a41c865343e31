import { CnbError } from "../errors.ts";
import { nameOf } from "../files/file-name.ts";
import { limits } from "../limits.ts";
import { turns } from "../turns.ts";
import { type ByteReader, StreamReader } from "./byte-reader.ts";
import type { TarEntry } from "./entry.ts";
import { blockSize } from "./header.ts";
import { decodeBlock, type Member, memberOf, paddedSize, withoutSlashes } from "./member.ts";
import { parsePax } from "./pax.ts";

/** A member with access to its content. Content that is not read is skipped. */
export interface StreamedMember extends Member {
  /** Streams the content. Call it at most once, and before the next member is requested. */
  content(): AsyncIterable<Uint8Array>;
  /** The offset of the content in the archive, in bytes. */
  readonly offset: number;
}

/** The limit of a member's extended headers in total. Go has the same limit for each header. */
const maxExtendedHeaderBytes = limits.extendedHeader.most;

/**
 * Reads an uncompressed archive into memory. Names are as stored.
 *
 * For a compressed archive, see {@link decompress}.
 *
 * @throws CnbError TAR_INVALID, TAR_UNSUPPORTED (sparse files, devices …), TAR_TOO_LARGE for more
 * than `maxBytes` of contents, headers and names.
 * @example `const entries = await readTar(decompress(createReadStream("lifecycle.tgz")))`
 */
export async function readTar(
  source: AsyncIterable<Uint8Array>,
  { maxBytes = Number.POSITIVE_INFINITY }: { readonly maxBytes?: number } = {},
): Promise<TarEntry[]> {
  const entries: TarEntry[] = [];
  let total = 0;
  for await (const member of tarMembers(source)) {
    // Members without content take memory, too: a gigabyte of headers is a megabyte when it is compressed.
    total += blockSize + member.path.length + member.size;
    if (total > maxBytes)
      throw new CnbError(
        "TAR_TOO_LARGE",
        `the unpacked contents of the tar archive are larger than ${maxBytes} bytes`,
        {
          hint: "Use another archive, or create this one with fewer or smaller files.",
        },
      );
    entries.push(await entryOf(member));
  }
  return entries;
}

async function entryOf(member: StreamedMember): Promise<TarEntry> {
  const { type, path, mode, uid, gid, mtime, target } = member;
  const common = { path, mode, uid, gid, mtime };
  if (type === "file") return { ...common, type, content: await bytesOf(member) };
  if (type === "directory") return { ...common, type, path: path.length > 1 ? withoutSlashes(path) : path };
  if (type === "symlink" || type === "hardlink") return { ...common, type, target };
  throw new CnbError(
    "TAR_UNSUPPORTED",
    `the archive member ${JSON.stringify(path)} is a ${type}, but only files, directories and links are supported`,
    { hint: "Remove this member from the archive." },
  );
}

async function bytesOf(member: StreamedMember): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of member.content()) parts.push(part);
  return Buffer.concat(parts);
}

/**
 * Reads the members of an archive one after another, with bounded memory.
 *
 * Global PAX headers are ignored, as by Docker. The source is read to its end, even after the
 * archive's end mark, because some sources verify their digest only at their end.
 */
export const tarMembers = (source: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedMember, void, undefined> =>
  membersOf(new StreamReader(source));

/** Reads members like {@link tarMembers}, from any reader. */
export async function* membersOf(reader: ByteReader): AsyncGenerator<StreamedMember, void, undefined> {
  // A source in memory, or one that is read by synchronous calls, blocks the event loop.
  const turn = turns();
  let position = 0;
  let complete = false;
  try {
    for (;;) {
      await turn();
      const next = await readMember(reader);
      if (next === undefined) break;
      const offset = position + next.headerBytes;
      let consumed = false;
      const content = () => {
        consumed = true;
        return reader.chunks(next.member.size);
      };
      yield { ...next.member, offset, content };
      const padding = paddedSize(next.member.size) - next.member.size;
      await reader.skip(consumed ? padding : next.member.size + padding);
      position = offset + next.member.size + padding;
    }
    await reader.drain();
    complete = true;
  } finally {
    if (!complete) await reader.close();
  }
}

async function readMember(reader: ByteReader): Promise<{ member: Member; headerBytes: number } | undefined> {
  const records: Record<string, string> = Object.create(null);
  for (let headerBytes = blockSize; ; headerBytes += blockSize) {
    const block = await reader.read(blockSize);
    const raw = block && decodeBlock(block);
    if (raw === undefined) return undefined;
    if (!"xgLK".includes(raw.typeflag)) return { member: memberOf(raw, records), headerBytes };
    const body = await extendedBody(reader, raw.size, headerBytes);
    headerBytes += paddedSize(raw.size);
    Object.assign(records, extendedRecords(raw.typeflag, body));
  }
}

/**
 * Reads the body of an extended header. `before` is the size of the member's earlier headers, whose
 * number would otherwise be unlimited.
 */
async function extendedBody(reader: ByteReader, size: number, before: number): Promise<Buffer> {
  if (!(before - blockSize + size <= maxExtendedHeaderBytes))
    throw new CnbError(
      "TAR_INVALID",
      `the tar archive has an extended header of ${before - blockSize + size} bytes, but at most ${maxExtendedHeaderBytes} are allowed`,
    );
  const body = await reader.read(paddedSize(size));
  if (body === undefined) throw new CnbError("TAR_INVALID", "the tar archive ends in the middle of a member");
  return body.subarray(0, size);
}

function extendedRecords(typeflag: string, body: Buffer): Record<string, string> {
  if (typeflag === "g") return {};
  if (typeflag === "L" || typeflag === "K")
    return { [typeflag === "L" ? "path" : "linkpath"]: nameOf(body).replace(/\0.*$/s, "") };
  const records = parsePax(body);
  if (records === undefined) throw new CnbError("TAR_INVALID", "the tar archive has a malformed PAX header");
  return records;
}
