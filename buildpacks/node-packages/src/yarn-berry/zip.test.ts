import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { fileInZip } from "./zip.ts";

const long = "a long text ".repeat(1000);

test.each([
  ["an uncompressed file in a zip archive is read", "node_modules/a/stored.txt", "stored"],
  ["a compressed file in a zip archive is read", "node_modules/a/deflated.txt", long],
  ["a file that a zip archive does not contain is not found", "node_modules/a/none.txt", undefined],
] as const)("%s", async (_, path, expected) => {
  await inTemporary(async (dir) => {
    const archive = join(dir, "a.zip");
    await writeFile(archive, zipOf({ "node_modules/a/stored.txt": "stored", "node_modules/a/deflated.txt": long }));
    expect(fileInZip(archive, path)).toBe(expected);
  });
});

test.each([
  ["an empty file", ""],
  ["a text file", "text"],
  ["an archive with a truncated directory", "PK\x05\x06".padEnd(22, "\xff")],
] as const)("no file is found in %s that is read as a zip archive", async (_, text) => {
  await inTemporary(async (dir) => {
    await writeFile(join(dir, "a.zip"), text, "latin1");
    expect(fileInZip(join(dir, "a.zip"), "package.json")).toBe(undefined);
  });
});

/** An archive as Yarn writes them, without the checksums that nobody reads here; what is long is deflated. */
function zipOf(files: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const directory = Object.entries(files).map(([path, text]) => {
    const name = Buffer.from(path);
    const method = text.length > 100 ? 8 : 0;
    const bytes = method === 8 ? deflateRawSync(text) : Buffer.from(text);
    const offset = Buffer.concat(locals).length;
    const sizes = fields([4, 0], [4, bytes.length], [4, text.length], [2, name.length]);
    const common = Buffer.concat([fields([2, 20], [2, 0], [2, method], [4, 0]), sizes]);
    locals.push(Buffer.from("PK\x03\x04"), common, fields([2, 0]), name, bytes);
    const rest = fields([2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
    return Buffer.concat([Buffer.from("PK\x01\x02"), fields([2, 20]), common, rest, name]);
  });
  const [start, list] = [Buffer.concat(locals), Buffer.concat(directory)];
  const counts = fields([2, 0], [2, 0], [2, directory.length], [2, directory.length]);
  const end = Buffer.concat([counts, fields([4, list.length], [4, start.length], [2, 9]), Buffer.from("a comment")]);
  return Buffer.concat([start, list, Buffer.from("PK\x05\x06"), end]);
}

const fields = (...values: readonly (readonly [bytes: number, value: number])[]): Buffer =>
  Buffer.concat(
    values.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      field.writeUIntLE(value, 0, bytes);
      return field;
    }),
  );

async function inTemporary(action: (dir: string) => Promise<void>): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-yarn-"));
  try {
    await action(dir);
  } finally {
    await rm(dir, { recursive: true });
  }
}
