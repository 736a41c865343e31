import { expect, test } from "vitest";
import { editTar, type MemberEdit, type TarEdit } from "./edit.ts";
import { normalizedMtime, type TarEntry } from "./entry.ts";
import { checksumOf } from "./header.ts";
import type { Member } from "./member.ts";
import { readTar } from "./read.ts";
import { tarStream } from "./write.ts";

const owner = { uid: 0, gid: 0 };
const file = (path: string, mtime: number, text = path): TarEntry => ({
  ...owner,
  type: "file",
  path,
  mode: 0o644,
  mtime,
  content: Buffer.from(text),
});
const long = `${"d".repeat(90)}/${"é".repeat(90)}`;
const entries: readonly TarEntry[] = [
  { ...owner, type: "directory", path: "proc", mode: 0o555, mtime: 9 },
  file("proc/version", 9),
  file("old", 5, "x".repeat(1000)),
  file("new", 2_000_000_000),
  file(long, 2_000_000_000),
  { ...owner, type: "symlink", path: "link", mode: 0o777, mtime: 7, target: "new" },
];

async function edited(edit: (member: Member) => MemberEdit): Promise<readonly TarEntry[]> {
  return readTar(editTar(tarStream(entries), { member: edit }));
}

const plain = (all: readonly TarEntry[]) =>
  all.map((entry) => ({ ...entry, content: "content" in entry && String(entry.content) }));

test("unedited members of a tar keep their bytes", async () => {
  const collect = async (chunks: AsyncIterable<Uint8Array>) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(Buffer.from(chunk));
    return Buffer.concat(parts);
  };
  const before = await collect(tarStream(entries));
  expect(Buffer.compare(await collect(editTar(tarStream(entries), { member: () => undefined })), before)).toBe(0);
});

test("members of a tar are removed with their content", async () => {
  const left = await edited(({ path }) => (/^proc(\/|$)/.test(path) ? "omit" : undefined));
  expect(left.map(({ path }) => path)).toEqual(["old", "new", long, "link"]);
});

test("times of tar members are changed, also in extended headers", async () => {
  const after = await edited(({ mtime }) => (mtime > 10 ? { mtime: normalizedMtime } : undefined));
  const expected = entries.map((entry) => ((entry.mtime ?? 0) > 10 ? { ...entry, mtime: normalizedMtime } : entry));
  expect(plain(after)).toEqual(plain(expected));
});

const later: TarEdit = { member: () => ({ mtime: 1 }) };
const withoutOverlay: TarEdit = {
  member: () => undefined,
  isRecordOmitted: (key) => key === "SCHILY.xattr.user.overlay.origin",
};

test.for<[string, TarEdit, readonly ("time" | "overlay" | "capability")[], readonly "capability"[], number]>([
  ["a time in the same header is removed", later, ["time", "capability"], ["capability"], 1],
  ["another attribute is removed", withoutOverlay, ["overlay", "capability"], ["capability"], 0],
  ["the header becomes empty, which removes the header", withoutOverlay, ["overlay"], [], 0],
])("extended attributes keep their bytes when %s", async ([, edit, before, after, mtime]) => {
  const record = (key: string, value: Buffer) => {
    const bare = 4 + key.length + value.length + 1;
    return Buffer.concat([Buffer.from(`${bare} ${key}=`), value, Buffer.from("\n")]);
  };
  const records = {
    time: record("mtime", Buffer.from("2000000000.25")),
    overlay: record("SCHILY.xattr.user.overlay.origin", Buffer.from([0xff])),
    capability: record("SCHILY.xattr.security.capability", Buffer.from([1, 0, 0, 2, 0xff, 0xfe, 0, 0])),
  };
  const headerOf = (names: readonly (keyof typeof records)[]) =>
    names.length === 0 ? [] : tar("x", Buffer.concat(names.map((name) => records[name])));
  const archive = Buffer.concat([...headerOf(before), ...tar("0", Buffer.from("text"))]);
  const parts: Uint8Array[] = [];
  async function* source() {
    yield archive;
  }
  for await (const part of editTar(source(), edit)) parts.push(part);
  const expected = Buffer.concat([...headerOf(after), ...tar("0", Buffer.from("text"), mtime), Buffer.alloc(1024)]);
  expect(Buffer.concat(parts).equals(expected)).toBe(true);
});

/** A member with its header. */
function tar(typeflag: string, body: Buffer, mtime = 0): readonly Buffer[] {
  const header = Buffer.alloc(512);
  const octal = (value: number) => `${value.toString(8).padStart(11, "0")}\0`;
  header.write("a", 0);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(octal(body.length), 124);
  header.write(octal(mtime), 136);
  header.write(typeflag, 156);
  header.write("ustar\x0000", 257);
  header.write(`${checksumOf(header).toString(8).padStart(6, "0")}\0 `, 148);
  return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
}

test.for<[string, Buffer, string]>([
  ["not a tar", Buffer.alloc(1024, "x"), "the tar archive is damaged: the checksum of a member's header is wrong"],
  ["truncated within a block", Buffer.alloc(100, "x"), "the tar archive ends in the middle of a member"],
])("editing a tar fails with an error if the input is %s", async ([, bytes, message]) => {
  const all = async () => {
    for await (const _ of editTar(
      (async function* () {
        yield bytes;
      })(),
      { member: () => undefined },
    ));
  };
  await expect(all()).rejects.toMatchObject({ code: "TAR_INVALID", message });
});
