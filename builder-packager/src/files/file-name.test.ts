import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { byName, bytesOfName, entriesIn, linkTarget, nameOf, namesIn, onDisk, shownName } from "./file-name.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

test.for([
  ["only ASCII characters", latin1("plain.txt"), "plain.txt"],
  ["UTF-8 characters", Buffer.from("café 🜁"), "café 🜁"],
  ["a Latin-1 character", latin1("caf\xe9"), "caf\udce9"],
  ["the replacement character", Buffer.from("a\uFFFDb"), "a\uFFFDb"],
  [
    "the replacement character next to an invalid byte",
    Buffer.concat([Buffer.from("\uFFFD"), latin1("\xff")]),
    "\uFFFD\udcff",
  ],
  ["a surrogate encoded in UTF-8", latin1("\xed\xb2\x80"), "\udced\udcb2\udc80"],
  ["an overlong encoding of a slash", latin1("\xc0\xaf"), "\udcc0\udcaf"],
  ["an overlong sequence of three bytes", latin1("\xe0\x80\xaf"), "\udce0\udc80\udcaf"],
  ["a code point above U+10FFFF", latin1("\xf4\x90\x80\x80"), "\udcf4\udc90\udc80\udc80"],
  ["a truncated sequence", latin1("\xf0\x9f\x9c/x"), "\udcf0\udc9f\udc9c/x"],
  ["an invalid byte before a character above U+FFFF", Buffer.concat([latin1("\xf0"), Buffer.from("🜁")]), "\udcf0🜁"],
] as const)("a file name that contains %s keeps its bytes", ([, bytes, text]) => {
  expect(nameOf(bytes)).toBe(text);
  expect(bytesOfName(text)).toEqual(bytes);
});

test("every file name of up to three bytes keeps its bytes", () => {
  const bytes = [0x2f, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed];
  const all = [...bytes, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff];
  const names = new Set<string>();
  for (const one of all)
    for (const two of all)
      for (const three of all)
        for (const four of [0x41, 0x80, 0xbf]) {
          const name = Buffer.from([one, two, three, four]);
          expect(bytesOfName(nameOf(name))).toEqual(name);
          names.add(nameOf(name));
        }
  expect(names.size).toBe(all.length ** 3 * 3);
});

test("a file is opened by the name that a directory listing or symbolic link returns", () => {
  const dir = mkdtempSync(join(tmpdir(), "file-name-"));
  try {
    for (const name of ["a", "caf\udce9", "caf\udce8", "\uFFFD"]) writeFileSync(onDisk(join(dir, name)), name);
    symlinkSync(onDisk("caf\udce9"), onDisk(join(dir, "\udcff")));
    const names = ["a", "caf\udce8", "caf\udce9", "\uFFFD", "\udcff"];
    expect(namesIn(dir).sort(byName)).toEqual(names);
    expect(
      entriesIn(dir)
        .map(({ name }) => name)
        .sort(byName),
    ).toEqual(names);
    expect(linkTarget(join(dir, "\udcff"))).toBe("caf\udce9");
    expect(existsSync(onDisk(join(dir, "caf\udce9")))).toBe(true);
    expect(existsSync(onDisk(join(dir, "caf\udcea")))).toBe(false);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("file names are ordered by bytes", () => {
  expect(["\udcff", "🜁", "\uFFFD", "\udc80", "b", "é", "a"].sort(byName)).toEqual([
    "a",
    "b",
    "\udc80",
    "é",
    "\uFFFD",
    "🜁",
    "\udcff",
  ]);
});

test("a file name is shown with escaped bytes", () => {
  expect(shownName("/app/caf\udce9 é 🜁")).toBe("/app/caf\\xe9 é 🜁");
});
