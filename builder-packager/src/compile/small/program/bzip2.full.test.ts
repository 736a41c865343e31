// @needs processes, python3
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, pinnedNode, root } from "../../../../../test/support/cnb.ts";
import { writeSmallProgram } from "../../../../../test/support/small/small-program.ts";

const dir = mkdtempSync(join(tmpdir(), "bzip2-"));
const program = join(dir, "program");
const outcomes = join(root, "test/support/small/bzip2-outcomes.ts");
beforeAll(() => writeSmallProgram(outcomes, program));
afterAll(() => rmSync(dir, { recursive: true }));

/** Compresses each part into a stream of its own. */
function compressed(parts: readonly Uint8Array[], level = 9): Buffer {
  const lengths = JSON.stringify(parts.map(({ length }) => length));
  const script = `import bz2, sys
for length in ${lengths}: sys.stdout.buffer.write(bz2.compress(sys.stdin.buffer.read(length), ${level}))`;
  return execFileSync("python3", ["-c", script], { input: Buffer.concat(parts), maxBuffer: 1e9 });
}

/** Writes bits, the highest of each byte first: pairs of a number and its size. */
function bits(...fields: readonly (readonly [value: number, size: number])[]): Buffer {
  const text = fields.map(([value, size]) => value.toString(2).padStart(size, "0")).join("");
  const bytes = text.padEnd(Math.ceil(text.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** The bits of a block before its tables: header, mark, checksum, format, start, and `a` as the only byte value. */
const blockStart = (start = 0) =>
  [
    [0x425a6839, 32],
    [0x314159, 24],
    [0x265359, 24],
    [0, 32],
    [0, 1],
    [start, 24],
    [0x0200, 16],
    [0x4000, 16],
  ] as const;

/** The results for the files of a directory, by name. */
async function results(files: Readonly<Record<string, Uint8Array>>) {
  const corpus = mkdtempSync(join(dir, "corpus-"));
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(corpus, name), bytes);
  const small = await execute(program, [corpus]);
  const node = await execute(pinnedNode, ["--no-warnings", "--conditions=@libcnb/source", outcomes, corpus]);
  expect([node.exitCode, node.stderr]).toEqual([0, ""]);
  expect([small.exitCode, small.signal, small.stderr]).toEqual([0, null, ""]);
  rmSync(corpus, { recursive: true });
  const lines = ({ stdout }: { readonly stdout: string }) => stdout.trim().split("\n");
  expect(lines(node)).toHaveLength(Object.keys(files).length);
  return { small: lines(small), node: lines(node) };
}

const noise = (length: number) =>
  fc.sample(fc.uint8Array({ minLength: length, maxLength: length }), { numRuns: 1, seed: 1 })[0] ?? new Uint8Array();
const text = Buffer.from("the quick brown fox jumps over the lazy dog. ".repeat(30_000));

test("the small JavaScript engine decompresses whole bzip2 files like Node.js", async () => {
  const { small, node } = await results({
    "empty-data": compressed([new Uint8Array()]),
    "one-byte": compressed([Buffer.from("a")]),
    runs: compressed([Buffer.concat([3, 4, 5, 254, 255, 256, 259, 260].map((n) => Buffer.alloc(n + 1, n)))]),
    "long-run": compressed([Buffer.alloc(3_000_000)]),
    "all-bytes": compressed([Uint8Array.from({ length: 512 }, (_, index) => index)]),
    "noise-in-blocks": compressed([noise(350_000)], 1),
    "text-in-blocks": compressed([text], 1),
    "several-streams": compressed([text, new Uint8Array(), noise(1000)], 5),
    // each byte of the archive becomes a million
    "dense-streams": compressed(Array.from({ length: 30 }, () => Buffer.alloc(1_000_000))),
  });
  expect(small).toEqual(node);
  expect(node.filter((line) => !line.endsWith(" whole"))).toEqual([]);
});

// The engine's texts are copies of the framework's.
test("the small JavaScript engine reports malformed bzip2 files like Node.js", async () => {
  const file = compressed([Buffer.concat([text.subarray(0, 5000), noise(2000)])]);
  const two = compressed([text.subarray(0, 100), text.subarray(0, 200)]);
  const [selector, lengths] = [
    [2, 3],
    [1, 5],
  ] as const;
  const { small, node } = await results({
    empty: new Uint8Array(),
    "other-data": Buffer.from("hello, world"),
    "other-data-after-the-end": Buffer.concat([file, Buffer.from("more")]),
    "zeros-after-the-end": Buffer.concat([file, Buffer.alloc(3)]),
    "missing-end": file.subarray(0, -6),
    "missing-end-of-the-second-stream": two.subarray(0, -2),
    "level-0": Buffer.concat([Buffer.from("BZh0"), file.subarray(4)]),
    "level-colon": Buffer.concat([Buffer.from("BZh:"), file.subarray(4)]),
    "lower-level": Buffer.concat([Buffer.from("BZh1"), compressed([noise(350_000)]).subarray(4)]),
    "wrong-checksum-of-a-block": Buffer.concat([file.subarray(0, 10), Buffer.alloc(4), file.subarray(14)]),
    "wrong-checksum-of-the-stream": bits([0x425a6839, 32], [0x177245, 24], [0x385090, 24], [1, 32]),
    "no-mark": bits([0x425a6839, 32], [0x123456, 24], [0, 24], [0, 32]),
    "randomized-block": bits(...blockStart().slice(0, 4), [1, 1]),
    "no-byte-values": bits(...blockStart().slice(0, 6), [0, 16], [2, 3], [0, 64]),
    "one-table": bits(...blockStart(), [1, 3], [1, 15], [0, 64]),
    "seven-tables": bits(...blockStart(), [7, 3], [1, 15], [0, 64]),
    "missing-table": bits(...blockStart(), selector, [1, 15], [0b111, 3], [0, 64]),
    "code-without-length": bits(...blockStart(), selector, [1, 15], [0, 1], [0, 5], [0, 64]),
    "overlong-code": bits(...blockStart(), selector, [1, 15], [0, 1], [20, 5], [0b10, 2], [0, 64]),
    // three symbols with codes of one bit, of which only two exist; no code ends the block
    "too-many-codes": bits(
      ...blockStart(),
      selector,
      [1, 15],
      [0, 1],
      lengths,
      [0, 3],
      lengths,
      [0, 3],
      [0xffff, 16],
      [0, 400],
    ),
    // codes 00, 01 and 10: the code 11 is undefined
    "undefined-code": bits(...blockStart(), selector, [1, 15], [0, 1], [2, 5], [0, 3], [2, 5], [0, 3], [0xffffff, 24]),
    // the only symbol of 50 is the start of a run that is longer than a block
    "overlong-run": bits(
      ...blockStart(),
      selector,
      [9, 15],
      [0, 9],
      [2, 5],
      [0, 3],
      [2, 5],
      [0, 3],
      ...Array(30).fill([0b01, 2]),
      [0b10, 2],
    ),
    "no-selectors": bits(...blockStart(), selector, [0, 15], [2, 5], [0, 3], [2, 5], [0, 3], [0, 64]),
    "start-outside": bits(
      ...blockStart(77),
      selector,
      [1, 15],
      [0, 1],
      [2, 5],
      [0, 3],
      [2, 5],
      [0, 3],
      [0b0010, 4],
      [0, 64],
    ),
    // the length of a code goes up and down a million times
    "endless-lengths": Buffer.concat([
      bits(...blockStart(), selector, [1, 15], [0, 1], [5, 5], [0b1011101, 7]),
      Buffer.alloc(500_000, 0b11011101),
    ]),
  });
  expect(small).toEqual(node);
  expect(node.map((line) => line.replace(/ .*? (?=\[|whole)/, ": "))).toMatchSnapshot();
});

test("the small JavaScript engine decompresses or refuses truncated and changed bzip2 files like Node.js", async () => {
  const files = [
    compressed([Buffer.concat([text.subarray(0, 5000), noise(2000)])]),
    compressed([text.subarray(0, 500), Buffer.alloc(5000), noise(300)], 1),
  ];
  const change = fc.record({
    file: fc.constantFrom(...files),
    at: fc.nat(10_000),
    by: fc.integer({ min: 1, max: 255 }),
    kind: fc.constantFrom("cut", "flip", "repeat", "head"),
  });
  const changes = fc.sample(change, { numRuns: 1500, seed: 1 });
  const corpus = changes.map(({ file, at: anywhere, by, kind }, index) => {
    // the tables, where most errors are, have the first hundred bytes
    const at = anywhere % (kind === "head" ? 120 : file.length);
    if (kind === "cut") return [`${index}`, file.subarray(0, at)] as const;
    if (kind === "repeat") return [`${index}`, Buffer.concat([file.subarray(0, at), file])] as const;
    const changed = Buffer.from(file);
    changed[at] = (file[at] ?? 0) ^ by;
    return [`${index}`, changed] as const;
  });
  const { small, node } = await results(Object.fromEntries(corpus));
  expect(small).toEqual(node);
  const messages = new Set(node.map((line) => line.replace(/^\S+ \S+ \S+ /, "")));
  expect(messages.size).toBeGreaterThan(9);
});

test("the small JavaScript engine reports a directory in place of a bzip2 file like Node.js", async () => {
  const corpus = mkdtempSync(join(dir, "corpus-"));
  mkdirSync(join(corpus, "directory"));
  const small = await execute(program, [corpus]);
  const node = await execute(pinnedNode, ["--no-warnings", "--conditions=@libcnb/source", outcomes, corpus]);
  expect(small).toEqual(node);
  expect(node.stdout).toContain("EISDIR: illegal operation on a directory, read");
});

test("the small JavaScript engine decompresses a dense bzip2 file in a bounded amount of memory", async () => {
  const corpus = mkdtempSync(join(dir, "corpus-"));
  // 6 kB that become 225 MB
  writeFileSync(join(corpus, "dense"), compressed(Array.from({ length: 5 }, () => Buffer.alloc(45_000_000))));
  expect(readFileSync(join(corpus, "dense")).length).toBeLessThan(10_000);
  const { exitCode, signal, stdout, stderr } = await execute("sh", [
    "-c",
    'ulimit -v 100000; exec "$0" "$1"',
    program,
    corpus,
  ]);
  expect({ exitCode, signal, stderr }).toEqual({ exitCode: 0, signal: null, stderr: "" });
  expect(stdout).toMatch(/^dense 225000000 \w+ whole\n$/);
});

test("JavaScript runs while the small JavaScript engine decompresses a block of bzip2", async () => {
  const source = join(dir, "turns.ts");
  const archive = join(dir, "archive.bz2");
  writeFileSync(archive, compressed([noise(900_000)]));
  writeFileSync(
    source,
    `import { open } from "node:fs/promises";
import { decompressed } from ${JSON.stringify(join(root, "framework/src/host/archives/decompressed.ts"))};
let turns = 0;
let isDone = false;
const count = () => { turns += 1; if (!isDone) setImmediate(count); };
const file = await open(${JSON.stringify(archive)});
const iterator = (await decompressed(file, "bzip2"))[Symbol.asyncIterator]();
const first = iterator.next();
count();
await first;
isDone = true;
console.log(turns > 100);
await iterator.return();
await file.close();
`,
  );
  const blocking = join(dir, "turns");
  await writeSmallProgram(source, blocking);
  expect(await execute(blocking, [])).toEqual({ exitCode: 0, signal: null, stdout: "true\n", stderr: "" });
});
