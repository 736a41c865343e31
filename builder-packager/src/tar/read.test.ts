// @needs processes
import { spawnSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CnbError } from "../errors.ts";
import { encodeHeader } from "./header.ts";
import { readTar, tarMembers } from "./read.ts";

const dir = mkdtempSync(join(tmpdir(), "libcnb-read-tar-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const longName = `${"d".repeat(90)}/${"f".repeat(150)}`;

beforeAll(() => {
  mkdirSync(join(dir, "tree", "d".repeat(90)), { recursive: true });
  writeFileSync(join(dir, "tree", longName), "long");
  writeFileSync(join(dir, "tree/ä"), "umlaut");
  linkSync(join(dir, "tree/ä"), join(dir, "tree/ä2"));
  symlinkSync("t".repeat(130), join(dir, "tree/link"));
  utimesSync(join(dir, "tree/ä"), 1000, 1000);
});

function gnuTar(...args: string[]): Buffer {
  const all = [
    "-C",
    join(dir, "tree"),
    "--sort=name",
    "--owner=3000000",
    "--group=4000000",
    "--mode=u=rw,go=r",
    "-cf",
    "-",
    ...args,
  ];
  const { status, stdout, stderr } = spawnSync("tar", all, {
    maxBuffer: 1 << 26,
    env: { ...process.env, LC_ALL: "C.UTF-8" },
  });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout;
}

const read = (bytes: Uint8Array, options?: { maxBytes: number }) => readTar(Readable.from([bytes]), options);

describe("archives written by GNU tar are read", () => {
  const owner = { uid: 3000000, gid: 4000000, mode: 0o644 };
  test.for(["gnu", "pax"])("in the format %s", async (format) => {
    const entries = await read(gnuTar(`--format=${format}`, longName, "link", "ä", "ä2"));
    expect(entries.map(({ mtime: _, ...entry }) => entry)).toEqual([
      { ...owner, type: "file", path: longName, content: Buffer.from("long") },
      { ...owner, type: "symlink", path: "link", target: "t".repeat(130) },
      { ...owner, type: "file", path: "ä", content: Buffer.from("umlaut") },
      { ...owner, type: "hardlink", path: "ä2", target: "ä" },
    ]);
    expect(entries[2]?.mtime).toBe(1000);
  });

  test("in the format ustar, with a prefix", async () => {
    const name = `${"d".repeat(90)}/${"f".repeat(90)}`;
    writeFileSync(join(dir, "tree", name), "");
    const [entry] = await read(gnuTar("--format=ustar", "--owner=7", "--group=8", name));
    expect(entry).toMatchObject({ type: "file", path: name, uid: 7, gid: 8 });
  });

  test.for(["gnu", "pax"])("except sparse files (%s)", async (format) => {
    truncateSync(join(dir, "tree/ä"), 6);
    writeFileSync(join(dir, "tree/sparse"), "");
    truncateSync(join(dir, "tree/sparse"), 10_000_000);
    await expect(read(gnuTar(`--format=${format}`, "--sparse", "sparse"))).rejects.toThrow("it is a sparse file");
  });
});

describe("reading a damaged tar is an error", () => {
  const archive = () => gnuTar("--format=pax", longName);

  test.for<[string, (bytes: Buffer) => Buffer, string]>([
    [
      "if it is truncated within a file",
      (bytes) => bytes.subarray(0, 2048 + 2),
      "the tar archive ends in the middle of a member",
    ],
    [
      "if it is truncated within a header",
      (bytes) => bytes.subarray(0, 100),
      "the tar archive ends in the middle of a member",
    ],
    [
      "if a header was changed",
      (bytes) => Buffer.concat([Buffer.from("x"), bytes.subarray(1)]),
      "the tar archive is damaged: the checksum of a member's header is wrong",
    ],
    [
      "if a PAX record is malformed",
      (bytes) => Buffer.concat([bytes.subarray(0, 512), Buffer.from("99"), bytes.subarray(514)]),
      "the tar archive has a malformed PAX header",
    ],
  ])("%s", async ([, damage, message]) => {
    await expect(read(damage(archive()))).rejects.toThrow(message);
  });

  test("if it is larger than allowed", async () => {
    await expect(read(archive(), { maxBytes: 3 })).rejects.toThrow(
      "the unpacked contents of the tar archive are larger than 3 bytes",
    );
  });

  test("if it has endless members without content", async () => {
    const header = encodeHeader({ type: "file", path: "a", mode: 0o644, uid: 0, gid: 0, content: Buffer.alloc(0) });
    const endless = (async function* () {
      for (let left = 100_000; left > 0; left--) yield header;
    })();
    await expect(readTar(endless, { maxBytes: 1024 ** 2 })).rejects.toThrow(
      "the unpacked contents of the tar archive are larger than 1048576 bytes",
    );
  });

  test("if a member has endless extended headers", async () => {
    const [header, body] = [archive().subarray(0, 512), archive().subarray(512, 1024)];
    let headers = 0;
    const endless = (async function* () {
      for (; headers < 100_000; headers++) yield* [header, body];
    })();
    await expect(readTar(endless)).rejects.toThrow(/has an extended header of \d+ bytes, but at most \d+ are allowed$/);
    expect(headers).toBeLessThan(2000);
  });

  test("of the type CnbError, unless the changed bytes are still a valid tar", async () => {
    const whole = archive();
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255), cut: fc.nat(whole.length) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = Buffer.from(whole);
        for (const { at, byte } of changes) bytes[at] = byte;
        const outcome = await read(bytes.subarray(0, changes[0]?.cut)).catch((error: unknown) => error);
        expect(Array.isArray(outcome) || outcome instanceof CnbError).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test("an empty input is read as an empty tar", async () => {
  expect(await read(Buffer.alloc(0))).toEqual([]);
});

test("the tar reader skips unread content of members and reads the input to the end", async () => {
  let ended = false;
  async function* source() {
    const bytes = gnuTar("--format=pax", longName, "ä");
    for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
    ended = true;
  }
  const paths: string[] = [];
  for await (const member of tarMembers(source())) paths.push(member.path);
  expect(paths).toEqual([longName, "ä"]);
  expect(ended).toBe(true);
});
