// @needs readelf
import { spawnSync } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostArchitecture, nodeRelease } from "./node-release.ts";
import { stripElf } from "./strip-elf.ts";

const arch = hostArchitecture() ?? "amd64";
const node = createRequire(import.meta.url).resolve(`${nodeRelease.packages[arch].name}/bin/node`);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "strip-"));
  await writeFile(join(dir, "ours"), stripElf(await readFile(node)), { mode: 0o755 });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("a stripped Node.js binary", () => {
  test("can be executed", () => {
    const { stdout, status } = spawnSync(join(dir, "ours"), ["-p", "process.version"], { encoding: "utf8" });
    expect({ stdout, status }).toEqual({ stdout: `v${nodeRelease.version}\n`, status: 0 });
  });

  test("is read by binutils without warnings and has no unloaded section except the section names", () => {
    const { stdout, stderr, status } = spawnSync("readelf", ["-SlW", join(dir, "ours")], { encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    const sections = [
      ...stdout.matchAll(/^ +\[ *\d+\] (\S+) +\S+ +[0-9a-f]{16} [0-9a-f]+ [0-9a-f]+ [0-9a-f]{2} +(\w*) +\d/gm),
    ];
    expect(sections.filter(([, , flags = ""]) => !flags.includes("A")).map(([, name]) => name)).toEqual([".shstrtab"]);
  });

  test("is not larger than one stripped by GNU strip", async () => {
    await copyFile(node, join(dir, "gnu"));
    expect(spawnSync("strip", [join(dir, "gnu")]).status).toBe(0);
    expect((await stat(join(dir, "ours"))).size).toBeLessThanOrEqual((await stat(join(dir, "gnu"))).size);
  });

  test("is unchanged if stripped again", async () => {
    const once = await readFile(join(dir, "ours"));
    expect(Buffer.compare(stripElf(once), once)).toBe(0);
  });
});

/** A 64-bit little-endian x86-64 header without tables, with fields set. */
function header(set: (bytes: Buffer) => void = () => {}): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes.set([2, 1, 1], 4);
  bytes.writeUInt16LE(62, 18);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(64, 58);
  set(bytes);
  return bytes;
}

const prefix = "the executable of the JavaScript runtime is not an ELF file for Linux on amd64 or arm64:";
test.for<[string, Uint8Array, string]>([
  ["an empty file", new Uint8Array(), "it does not begin with the ELF magic number"],
  ["a script", Buffer.from("#!/bin/sh\n".padEnd(80)), "it does not begin with the ELF magic number"],
  ["a truncated ELF header", header().subarray(0, 63), "it does not begin with the ELF magic number"],
  ["a 32-bit ELF file", header((bytes) => bytes.writeUInt8(1, 4)), "it is not 64-bit little-endian"],
  ["a big-endian ELF file", header((bytes) => bytes.writeUInt8(2, 5)), "it is not 64-bit little-endian"],
  ["an ELF file for RISC-V", header((bytes) => bytes.writeUInt16LE(243, 18)), "its machine type is 243"],
  [
    "an ELF file with an unexpected header size",
    header((bytes) => bytes.writeUInt16LE(40, 58)),
    "unexpected header sizes",
  ],
  ["an ELF file without sections", header(), "it has no section header table"],
  [
    "an ELF file without a section that contains the names",
    header((bytes) => bytes.writeUInt32LE(0x0003_0003, 60)),
    "it has no section header table",
  ],
  [
    "an ELF file whose section table is beyond its end",
    header((bytes) => {
      bytes.writeBigUInt64LE(200n, 40);
      bytes.writeUInt16LE(1, 60);
    }),
    "a header table is beyond the end of the file",
  ],
  [
    "an ELF file whose section table is at offset 2⁶⁴ - 1",
    header((bytes) => {
      bytes.writeBigUInt64LE(2n ** 64n - 1n, 40);
      bytes.writeUInt16LE(1, 60);
    }),
    "an offset is too large",
  ],
  [
    "an ELF file with a section beyond its end",
    header((bytes) => {
      bytes.writeBigUInt64LE(64n, 40);
      bytes.writeUInt16LE(1, 60);
      bytes.writeBigUInt64LE(250n, 64 + 24);
      bytes.writeBigUInt64LE(7n, 64 + 32);
    }),
    "a section is beyond the end of the file",
  ],
  [
    "an ELF file with the name of a section beyond the end of the name table",
    header((bytes) => {
      bytes.writeBigUInt64LE(64n, 40);
      bytes.writeUInt16LE(1, 60);
      bytes.writeUInt32LE(99, 64);
    }),
    "a section has no name",
  ],
])("stripping %s is refused", ([, bytes, why]) => {
  expect(() => stripElf(bytes)).toThrow(expect.objectContaining({ code: "ELF_INVALID", message: `${prefix} ${why}` }));
});
