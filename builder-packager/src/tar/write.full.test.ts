// @needs go, python3
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bytesOfName, nameOf } from "../files/file-name.ts";
import type { TarEntry } from "./entry.ts";
import { readTar } from "./read.ts";
import { tarStream } from "./write.ts";

const dir = mkdtempSync(join(tmpdir(), "libcnb-tar-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Writes one archive per line of its input with Go's archive/tar and prints their sha256, or the error. */
const goProgram = `package main

import (
	"archive/tar"
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

type entry struct {
	Path, Target, Content      []byte
	Type                       string
	Mode, Mtime                int64
	Uid, Gid                   int
	Devmajor, Devminor         int64
}

var flags = map[string]byte{"file": tar.TypeReg, "hardlink": tar.TypeLink, "symlink": tar.TypeSymlink, "directory": tar.TypeDir,
	"fifo": tar.TypeFifo, "character-device": tar.TypeChar, "block-device": tar.TypeBlock}

func archive(entries []entry) (string, error) {
	sum := sha256.New()
	w := tar.NewWriter(sum)
	for _, e := range entries {
		h := &tar.Header{Name: string(e.Path), Linkname: string(e.Target), Devmajor: e.Devmajor, Devminor: e.Devminor, Typeflag: flags[e.Type], Mode: e.Mode, Uid: e.Uid, Gid: e.Gid,
			Size: int64(len(e.Content)), ModTime: time.Unix(e.Mtime, 0)}
		if err := w.WriteHeader(h); err != nil {
			return "", err
		}
		if _, err := w.Write(e.Content); e.Type == "file" && err != nil {
			return "", err
		}
	}
	err := w.Close()
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<28)
	for in.Scan() {
		var entries []entry
		if err := json.Unmarshal(in.Bytes(), &entries); err != nil {
			panic(err)
		}
		sum, err := archive(entries)
		if err != nil {
			sum = "error"
		}
		fmt.Println(sum)
	}
}
`;

function goSums(archives: readonly (readonly TarEntry[])[]): string[] {
  const input = archives.map((entries) => JSON.stringify(entries.map(forGo))).join("\n");
  const { status, stdout, stderr } = spawnSync(join(dir, "gotar"), { input, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split("\n");
}

const forGo = (entry: TarEntry) => ({
  ...entry,
  path: base64Of(entry.path),
  ...("target" in entry && { target: base64Of(entry.target) }),
  mtime: entry.mtime ?? 315532801,
  ...("content" in entry && { content: Buffer.from(entry.content as Uint8Array).toString("base64") }),
});

const base64Of = (name: string): string => bytesOfName(name).toString("base64");

async function bytesOf(entries: readonly TarEntry[]): Promise<Buffer> {
  return buffer(tarStream(entries));
}

const ownSum = (entries: readonly TarEntry[]): Promise<string> =>
  bytesOf(entries).then(
    (bytes) => createHash("sha256").update(bytes).digest("hex"),
    () => "error",
  );

const file = (path: string, more: Partial<Extract<TarEntry, { type: "file" }>> = {}): TarEntry => ({
  type: "file",
  path,
  mode: 0o644,
  uid: 0,
  gid: 0,
  content: Buffer.from("content\n"),
  ...more,
});
const directory = (path: string): TarEntry => ({ type: "directory", path, mode: 0o755, uid: 1001, gid: 1000 });
const symlink = (path: string, target: string): TarEntry => ({
  type: "symlink",
  path,
  target,
  mode: 0o777,
  uid: 0,
  gid: 0,
});
const hardlink = (path: string, target: string): TarEntry => ({
  type: "hardlink",
  path,
  target,
  mode: 0o644,
  uid: 0,
  gid: 0,
});

const device = (type: "character-device" | "block-device", devmajor: number, devminor: number): TarEntry => ({
  type,
  path: "/d",
  mode: 0o644,
  uid: 0,
  gid: 0,
  devmajor,
  devminor,
});

const table: readonly (readonly [string, readonly TarEntry[]])[] = [
  ["no entries", []],
  ["an absolute file", [file("/cnb/order.toml")]],
  ["a directory without a trailing slash", [directory("/layers")]],
  ["a directory with a trailing slash", [directory("layers/")]],
  ["a symbolic link", [symlink("/lifecycle", "/cnb/lifecycle")]],
  ["a hard link", [file("/a"), hardlink("/b", "/a")]],
  ["setuid, setgid and sticky bits", [file("/bin/su", { mode: 0o7755 })]],
  ["an empty file", [file("/empty", { content: new Uint8Array(0) })]],
  ["a file of exactly one block", [file("/512", { content: Buffer.alloc(512, 1) })]],
  ["a file of one block and a byte", [file("/513", { content: Buffer.alloc(513, 1) })]],
  ["a file beyond the chunk size", [file("/big", { content: Buffer.alloc(3 * 1024 * 1024 + 7, 2) })]],
  ["the largest UID of USTAR", [file("/a", { uid: 2097151, gid: 2097151 })]],
  ["a UID beyond USTAR's range", [file("/a", { uid: 2097152 })]],
  ["a GID of OpenShift", [file("/a", { uid: 3000000, gid: 1000650000 })]],
  ["a negative UID", [file("/a", { uid: -2 })]],
  ["modification time 0", [file("/a", { mtime: 0 })]],
  ["a modification time before 1970", [file("/a", { mtime: -1 })]],
  ["a modification time beyond USTAR's range", [file("/a", { mtime: 8 ** 11 })]],
  ["a name of 100 characters", [file(`/${"a".repeat(99)}`)]],
  ["a name of 101 characters without a slash to split at", [file("a".repeat(101))]],
  ["a name of 101 characters with the slash in front", [file(`/${"a".repeat(100)}`)]],
  ["a long name that USTAR splits into prefix and name", [file(`/${"d".repeat(60)}/${"a".repeat(60)}`)]],
  ["a name whose prefix has 155 characters", [file(`${"d".repeat(155)}/${"a".repeat(100)}`)]],
  ["a name whose prefix has 156 characters", [file(`${"d".repeat(156)}/${"a".repeat(100)}`)]],
  ["a long directory name with a trailing slash", [directory(`${"d".repeat(120)}/`)]],
  ["a long name with a slash at the 100th character", [file(`${"d".repeat(99)}/${"e".repeat(300)}`)]],
  ["a long name with several slashes before the split", [file(`${"d".repeat(96)}////${"e".repeat(300)}`)]],
  [
    "a long directory name that is split, with a UID that needs PAX",
    [{ ...directory(`/${"d/".repeat(70)}e`), uid: 3000000 }],
  ],
  ["a name that is not ASCII", [file("/usr/share/ca/Főtanúsítvány.crt")]],
  ["a name that is only non-ASCII", [file("日本語")]],
  ["a name with an emoji in a long path", [file(`/${"😀/".repeat(60)}x`)]],
  ["a link target of 100 characters", [symlink("/l", "t".repeat(100))]],
  ["a link target of 101 characters", [symlink("/l", "t".repeat(101))]],
  ["a link target that is not ASCII", [symlink("/l", "/ü")]],
  ["a hard link whose names need PAX", [hardlink("/ü".repeat(80), "/ö".repeat(80))]],
  ["dots in a long name", [file(`../${"x".repeat(200)}/./../y`)]],
  ["an equals sign and a line break in a long name", [file(`a=b\n${"c".repeat(200)}`)]],
  ["a file whose name ends with a slash", [file("/a/")]],
  ["a name with NUL", [file("/a\0b")]],
  ["the root", [directory("/")]],
  ["a directory name that ends with ..", [directory("ä/..")]],
  ["a name that is not UTF-8", [file("/app/caf\udce9")]],
  ["a name with the replacement character", [file("/app/\uFFFD")]],
  ["a name without any ASCII", [directory("\udce9\udcff")]],
  ["a long name that is not UTF-8", [file(`/${"caf\udce9/".repeat(60)}x`)]],
  ["a link target that is not UTF-8", [symlink("/\udcff", "caf\udce9")]],
  ["a hard link whose names are not UTF-8", [file("/caf\udce9"), hardlink("/caf\udce8", "/caf\udce9")]],
  ["a pipe", [{ type: "fifo", path: "/p", mode: 0o640, uid: 1, gid: 2 }]],
  ["a device", [device("character-device", 1, 3), device("block-device", 8 ** 7 - 1, 0)]],
  ["a pipe whose name ends with a slash", [{ type: "fifo", path: "/p/", mode: 0o640, uid: 1, gid: 2 }]],
];

const name = fc
  .string({
    unit: fc.constantFrom("a", "b", "/", ".", "é", "日", "😀", " ", "=", "-", "\udce9", "\udc80", "\uFFFD"),
    minLength: 1,
    maxLength: 300,
  })
  .map((text) => nameOf(bytesOfName(text))); // bytes in a row can be a character
const id = fc.oneof(fc.integer({ min: 0, max: 70000 }), fc.integer({ min: 2_000_000, max: 2 ** 31 - 1 }));
const common = {
  path: name,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: id,
  gid: id,
  mtime: fc.integer({ min: -10, max: 2 ** 34 }),
};
const anyEntry: fc.Arbitrary<TarEntry> = fc.oneof(
  fc.record({ ...common, type: fc.constant("file" as const), content: fc.uint8Array({ maxLength: 1500 }) }),
  fc.record({ ...common, type: fc.constant("directory" as const) }),
  fc.record({ ...common, type: fc.constant("symlink" as const), target: name }),
  fc.record({ ...common, type: fc.constant("hardlink" as const), target: name }),
  fc.record({ ...common, type: fc.constant("fifo" as const) }),
  fc.record({
    ...common,
    type: fc.constantFrom("character-device" as const, "block-device" as const),
    devmajor: fc.integer({ min: 0, max: 2 ** 21 - 1 }),
    devminor: fc.integer({ min: 0, max: 2 ** 21 - 1 }),
  }),
);

describe("a written tar equals that of Go's archive/tar for", () => {
  beforeAll(() => {
    mkdirSync(join(dir, "src"));
    writeFileSync(join(dir, "src/main.go"), goProgram);
    writeFileSync(join(dir, "src/go.mod"), "module gotar\n\ngo 1.20\n");
    const options = {
      cwd: join(dir, "src"),
      encoding: "utf8",
      env: { ...process.env, GOFLAGS: "-mod=mod", GOTOOLCHAIN: "local" },
    } as const;
    const { status, stderr, error } = spawnSync("go", ["build", "-o", join(dir, "gotar"), "."], options);
    if (status !== 0) throw new Error(`this test needs Go: ${error?.message ?? stderr}`);
  }, 300_000);

  test.for(table)("%s", async ([, entries]) => {
    expect(await ownSum(entries)).toBe(goSums([entries])[0]);
  });

  test("random entries", async () => {
    const archives = fc.sample(fc.array(anyEntry, { maxLength: 4 }), { numRuns: 2000, seed: 20240805 });
    expect(await Promise.all(archives.map(ownSum))).toEqual(goSums(archives));
  });
});

describe("a written tar is read identically", () => {
  const entries: TarEntry[] = [
    { ...directory("top"), uid: 3000000, gid: 1000650000 },
    file(`top/${"n".repeat(180)}`, { uid: 3000000 }),
    file("top/Főtanúsítvány.crt", { mtime: 8 ** 11 + 5 }),
    symlink("top/link", `${"t".repeat(120)}/日本語`),
  ];

  test("by GNU tar", async () => {
    const { stdout } = spawnSync(
      "tar",
      ["--numeric-owner", "--full-time", "--utc", "--quoting-style=literal", "-tvf", "-"],
      {
        input: await bytesOf(entries),
        encoding: "utf8",
        env: { PATH: process.env.PATH, LC_ALL: "C.UTF-8" },
      },
    );
    expect(stdout.replace(/ +/g, " ").trim().split("\n")).toEqual([
      "drwxr-xr-x 3000000/1000650000 0 1980-01-01 00:00:01 top",
      `-rw-r--r-- 3000000/0 8 1980-01-01 00:00:01 top/${"n".repeat(180)}`,
      "-rw-r--r-- 0/0 8 2242-03-16 12:56:37 top/Főtanúsítvány.crt",
      `lrwxrwxrwx 0/0 0 1980-01-01 00:00:01 top/link -> ${"t".repeat(120)}/日本語`,
    ]);
  });

  test("by Python's tarfile", async () => {
    const program = `import sys, tarfile, json
print(json.dumps([[m.name, m.uid, m.gid, int(m.mtime), m.size, m.linkname] for m in tarfile.open(fileobj=sys.stdin.buffer, mode="r|")]))`;
    const { stdout } = spawnSync("python3", ["-c", program], { input: await bytesOf(entries), encoding: "utf8" });
    expect(JSON.parse(stdout)).toEqual([
      ["top", 3000000, 1000650000, 315532801, 0, ""],
      [`top/${"n".repeat(180)}`, 3000000, 0, 315532801, 8, ""],
      ["top/Főtanúsítvány.crt", 0, 0, 8589934597, 8, ""],
      ["top/link", 0, 0, 315532801, 0, `${"t".repeat(120)}/日本語`],
    ]);
  });

  test("by libcnb, for any entries", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEntry, { maxLength: 4 }), async (generated) => {
        const written = generated.filter(
          ({ type, path }) => !/fifo|device/.test(type) && !(type === "file" && path.endsWith("/")),
        );
        const read = await readTar(Readable.from([await bytesOf(written)]));
        expect(read).toEqual(written.map((entry) => ({ ...entry, ...directoryName(entry), ...buffered(entry) })));
      }),
      { numRuns: 300 },
    );
  });
});

const directoryName = (entry: TarEntry) =>
  entry.type === "directory" && entry.path.length > 1 ? { path: entry.path.replace(/\/+$/, "") } : {};
const buffered = (entry: TarEntry) =>
  entry.type === "file" ? { content: Buffer.from(entry.content as Uint8Array) } : {};

describe("archiving files on disk", () => {
  test("in chunks gives the same bytes as from memory", async () => {
    const content = Buffer.alloc(2 * 1024 * 1024 + 100, "0123456789");
    writeFileSync(join(dir, "big"), content);
    const fromDisk = file("/big", { content: { file: join(dir, "big"), size: content.length } });
    expect(await ownSum([fromDisk])).toBe(await ownSum([file("/big", { content })]));
  });

  test("that change their size meanwhile is an error", async () => {
    writeFileSync(join(dir, "changing"), "12345678");
    const entry = file("/x", { content: { file: join(dir, "changing"), size: 8 } });
    truncateSync(join(dir, "changing"), 5);
    await expect(bytesOf([entry])).rejects.toThrow(
      `${join(dir, "changing")} changed while it was written to a layer: it has 5 bytes, not 8`,
    );
  });
});
