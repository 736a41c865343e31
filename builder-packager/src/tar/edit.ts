import { CnbError } from "../errors.ts";
import { nameOf } from "../files/file-name.ts";
import { limits } from "../limits.ts";
import { StreamReader } from "./byte-reader.ts";
import { blockSize, checksumOf, paddingOf } from "./header.ts";
import { decodeBlock, type Member, memberOf, paddedSize, type RawMember } from "./member.ts";
import { parsePax } from "./pax.ts";
import { archiveEnd } from "./write.ts";

/**
 * An edit of a member of an archive: `"omit"`, or another modification time in whole seconds.
 * Undefined leaves the member unchanged.
 */
export type MemberEdit = "omit" | { readonly mtime: number } | undefined;

/** The edits of {@link editTar}. */
export interface TarEdit {
  readonly member: (member: Member) => MemberEdit;
  /**
   * Returns true to omit a record of a PAX header. The key is for example `SCHILY.xattr.user.name`.
   */
  readonly isRecordOmitted?: (key: string) => boolean;
}

/**
 * Rewrites an archive. Members can be omitted or get another modification time. Everything else,
 * including extended attributes, is copied byte for byte.
 *
 * @throws CnbError TAR_INVALID, TAR_UNSUPPORTED.
 * @example
 * `editTar(layer.uncompressed(), { member: ({ path }) => (path.startsWith("proc/") ? "omit" : undefined) })`
 */
export async function* editTar(
  source: AsyncIterable<Uint8Array>,
  { member, isRecordOmitted = () => false }: TarEdit,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new StreamReader(source);
  for (let next = await readHeaders(reader); next !== undefined; next = await readHeaders(reader)) {
    const size = paddedSize(next.member.size);
    const decision = member(next.member);
    if (decision === "omit") await reader.skip(size);
    else {
      const isLeft = (key: string) => !isRecordOmitted(key) && !(decision && timeKeys.has(key));
      yield Buffer.concat(edited(next.headers, decision?.mtime, isLeft));
      yield* reader.chunks(size);
    }
  }
  await reader.drain();
  yield archiveEnd();
}

/** A header block, with its body if it is an extended header. */
interface Header {
  readonly block: Buffer;
  readonly typeflag: string;
  readonly body: Buffer;
}

const isExtended = ({ typeflag }: Pick<RawMember, "typeflag">): boolean => "xgLK".includes(typeflag);
const maxExtendedHeaderBytes = limits.extendedHeader.most;

async function readHeaders(reader: StreamReader) {
  const headers: Header[] = [];
  const records: Record<string, string> = Object.create(null);
  for (let headerBytes = 0; ; headerBytes += blockSize) {
    const bytes = await reader.read(blockSize);
    const raw = bytes && decodeBlock(bytes);
    if (!bytes || !raw) return undefined;
    const block = Buffer.from(bytes); // what is read next may be put in its place
    if (!isExtended(raw)) {
      headers.push({ block, typeflag: raw.typeflag, body: Buffer.alloc(0) });
      return { headers, member: memberOf(raw, records) };
    }
    const body = await bodyOf(reader, raw.size, headerBytes);
    headerBytes += paddedSize(raw.size);
    headers.push({ block, typeflag: raw.typeflag, body });
    Object.assign(records, recordsOf(raw.typeflag, body));
  }
}

async function bodyOf(reader: StreamReader, size: number, before: number): Promise<Buffer> {
  if (!(before + size <= maxExtendedHeaderBytes))
    throw invalid(`it has an extended header of ${before + size} bytes, more than ${maxExtendedHeaderBytes}`);
  const body = size === 0 ? Buffer.alloc(0) : await reader.read(paddedSize(size));
  if (body === undefined) throw invalid("it ends in the middle of a member");
  return Buffer.from(body.subarray(0, size));
}

function recordsOf(typeflag: string, body: Buffer): Record<string, string> {
  if (typeflag === "g") return {};
  if (typeflag !== "x") return { [typeflag === "L" ? "path" : "linkpath"]: nameOf(body).replace(/\0.*$/s, "") };
  const records = parsePax(body);
  if (records === undefined) throw invalid("it has a malformed PAX header");
  return records;
}

/**
 * The PAX records to omit if a time is changed: `mtime` would override it, and the others would
 * reveal when the layer was created.
 */
const timeKeys: ReadonlySet<string> = new Set(["mtime", "atime", "ctime"]);

function edited(headers: readonly Header[], mtime: number | undefined, isLeft: (key: string) => boolean): Buffer[] {
  const all = headers.flatMap((header): Header[] => {
    if (header.typeflag !== "x") {
      const isMain = mtime !== undefined && !isExtended(header);
      return [isMain ? { ...header, block: timed(header.block, mtime) } : header];
    }
    const body = recordsLeft(header.body, isLeft);
    if (body.length === header.body.length) return [header];
    return body.length === 0 ? [] : [{ ...header, body, block: sized(header.block, body.length) }];
  });
  return all.flatMap(({ block, body }) => [block, body, Buffer.alloc(paddingOf(body.length))]);
}

/**
 * The remaining records of a PAX header. It works on bytes, because values of extended attributes
 * may not be text. The records are well-formed, because they were parsed before.
 */
function recordsLeft(body: Buffer, isLeft: (key: string) => boolean): Buffer {
  const kept: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const length = Number.parseInt(body.toString("latin1", at, at + 15), 10);
    const record = body.subarray(at, at + length);
    const [, key = ""] = /^\d+ ([^=]*)=/.exec(record.toString("utf8")) ?? [];
    if (isLeft(key)) kept.push(record);
    at += length;
  }
  return Buffer.concat(kept);
}

const timed = (block: Buffer, mtime: number): Buffer => withField(block, 136, mtime);
const sized = (block: Buffer, size: number): Buffer => withField(block, 124, size);

function withField(block: Buffer, offset: number, value: number): Buffer {
  const changed = Buffer.from(block);
  changed.write(`${value.toString(8).padStart(11, "0")}\0`, offset, "latin1");
  changed.write(`${checksumOf(changed).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return changed;
}

const invalid = (why: string): CnbError => new CnbError("TAR_INVALID", `the tar archive is damaged: ${why}`);
