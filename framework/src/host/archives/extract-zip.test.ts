// @needs processes
import { execFileSync } from "node:child_process";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type ZipEntry, zipOf } from "../../../../test/support/zip.ts";
import { inTemporaryDirectory } from "../files/temporary-directory.ts";
import { readFileMap, type Tree, writeFileMap } from "../files/tree.ts";
import { extractArchive } from "./archive.ts";
import type { ExtractOptions } from "./extract-options.ts";
import { extractZip } from "./extract-zip.ts";
import { Extraction } from "./extraction.ts";

/** Extracts into `out`, beside `outside`, which nothing may reach; gives all files, and the error if there is one. */
async function extracting(bytes: Uint8Array, options: ExtractOptions = {}, before: Tree = {}) {
  return inTemporaryDirectory(async (root) => {
    await writeFileMap(root, { "outside/secret": "untouched", ...before });
    await writeFile(join(root, "archive"), bytes);
    const error = await extractArchive(join(root, "archive"), join(root, "out"), options).then(
      () => undefined,
      (thrown) => ({ code: thrown.code, message: thrown.message.replaceAll(root, "<root>") }),
    );
    const { archive, ...files } = await readFileMap(root);
    return { error, files };
  });
}

const link = (name: string, text: string): ZipEntry => ({ name, text, mode: 0o120777 });

const yazlScript = `
import { createWriteStream } from "node:fs";
import { ZipFile } from "yazl";
const zip = new ZipFile();
zip.addEmptyDirectory("tool-1.0/empty", { mode: 0o40700 });
zip.addBuffer(Buffer.from("#!/bin/sh\\n"), "tool-1.0/bin/tool", { mode: 0o100755 });
zip.addBuffer(Buffer.from("text ".repeat(1000)), "tool-1.0/docs/näme.txt", { mode: 0o100600 });
zip.addBuffer(Buffer.from("no"), "tool-1.0/unwanted");
zip.end();
zip.outputStream.pipe(createWriteStream(process.argv[1]));`;

test("a zip file written by yazl is extracted without its first directory and filtered entries, with file modes and empty directories", async () => {
  await inTemporaryDirectory(async (root) => {
    // in a process of its own: the conditions of vitest give yazl the wrong form of what it requires
    execFileSync(process.execPath, ["--input-type=module", "--eval", yazlScript, join(root, "tool.zip")], {
      cwd: import.meta.dirname,
    });
    await extractArchive(join(root, "tool.zip"), join(root, "out"), {
      strip: 1,
      filter: (name) => name !== "unwanted",
    });
    expect(await readFileMap(join(root, "out"))).toEqual({
      "bin/tool": "#!/bin/sh\n",
      "docs/näme.txt": "text ".repeat(1000),
      "empty/": "",
    });
    const modes = ["bin/tool", "docs/näme.txt"].map(async (name) => (await stat(join(root, "out", name))).mode & 0o777);
    expect(await Promise.all(modes)).toEqual([0o755, 0o600]);
  });
});

test.for<[string, readonly ZipEntry[], Tree]>([
  ["created by DOS gives default modes", [{ name: "a\\b.txt", text: "x", mode: 0 }], { "out/a/b.txt": "x" }],
  [
    "with links that stay inside the directory creates the links",
    [{ name: "a", text: "x" }, link("d/l", "../a")],
    { "out/a": "x", "out/d/l": "-> ../a" },
  ],
  [
    "with a repeated name keeps the later entry",
    [
      { name: "a", text: "1" },
      { name: "./a", text: "2" },
    ],
    { "out/a": "2" },
  ],
  [
    "does not write through a symbolic link of the zip file",
    [link("a", "b"), { name: "b", text: "1" }, { name: "a", text: "2" }],
    { "out/a": "2", "out/b": "1" },
  ],
  [
    "with names that differ only in case keeps both files",
    [
      { name: "a", text: "1" },
      { name: "A", text: "2" },
    ],
    { "out/A": "2", "out/a": "1" },
  ],
  ["without entries gives an empty directory", [], { "out/": "" }],
])("extracting a zip file %s", async ([, entries, files]) => {
  expect(await extracting(zipOf(entries))).toEqual({
    error: undefined,
    files: { ...files, "outside/secret": "untouched" },
  });
});

const evil = { text: "evil" };
describe("a zip file is refused and leaves no files if it contains", () => {
  test.for<[string, readonly ZipEntry[], string]>([
    [
      "an entry with an absolute name",
      [{ ...evil, name: "/tmp/x" }],
      `"/tmp/x" cannot be extracted safely: its name is absolute`,
    ],
    [
      "an entry whose name has a drive letter",
      [{ ...evil, name: "C:\\x" }],
      `"C:/x" cannot be extracted safely: its name is absolute`,
    ],
    [
      "an entry whose name contains ..",
      [{ ...evil, name: "a/../../outside/x" }],
      `"a/../../outside/x" cannot be extracted safely: its name contains ..`,
    ],
    [
      "an entry whose name contains backslashes",
      [{ ...evil, name: "..\\outside\\x" }],
      `"../outside/x" cannot be extracted safely: its name contains ..`,
    ],
    [
      "a symbolic link to an absolute path",
      [link("l", "/etc")],
      `"l" cannot be extracted safely: it links to "/etc", outside the directory`,
    ],
    [
      "a symbolic link that leads out of the directory by ..",
      [link("d/l", "../../outside")],
      `"d/l" cannot be extracted safely: it links to "../../outside", outside the directory`,
    ],
    [
      "a file below a symbolic link",
      [link("l", "d"), { ...evil, name: "l/x" }],
      `"l" cannot be extracted safely: "l" is not a directory`,
    ],
    [
      "a symbolic link with a too long target",
      [link("l", "x".repeat(5000))],
      `"l" cannot be extracted safely: its link target is too long`,
    ],
    [
      "a device file",
      [{ name: "null", mode: 0o020666 }],
      `"null" cannot be extracted safely: it is not a file, directory or symbolic link`,
    ],
  ])("%s", async ([, entries, why]) => {
    const { error, files } = await extracting(zipOf([{ name: "first", text: "written before" }, ...entries]));
    expect(error).toEqual({ code: "ARCHIVE_UNSAFE", message: `the archive entry ${why}` });
    expect(files).toEqual({ "outside/secret": "untouched" });
  });

  test("an entry whose path leads through a symbolic link that is already in the target directory", async () => {
    const { error, files } = await extracting(zipOf([{ ...evil, name: "l/x" }]), {}, { "out/l": "-> ../outside" });
    expect(error?.code).toBe("ARCHIVE_UNSAFE");
    expect(files).toEqual({ "out/l": "-> ../outside", "outside/secret": "untouched" });
  });
});

const damaged = "cannot extract <root>/archive: it is damaged or not an archive";
const bomb: ZipEntry = { name: "bomb", text: "0".repeat(1_000_000), method: 8 };
test.for<[string, Uint8Array, ExtractOptions, { code: string; message: string }]>([
  [
    "more bytes than permitted",
    zipOf([bomb, { ...bomb, name: "b" }]),
    { maxBytes: 1_500_000 },
    { code: "ARCHIVE_TOO_LARGE", message: "<root>/archive contains more than 1500000 bytes" },
  ],
  [
    "more bytes than its headers state",
    zipOf([{ ...bomb, size: 10 }]),
    { maxBytes: 1000 },
    { code: "ARCHIVE_INVALID", message: damaged },
  ],
  [
    "fewer bytes than its headers state",
    zipOf([{ ...bomb, size: 2_000_000 }]),
    {},
    { code: "ARCHIVE_INVALID", message: damaged },
  ],
  [
    "more entries than permitted",
    zipOf([bomb, bomb, bomb]),
    { maxEntries: 2 },
    { code: "ARCHIVE_TOO_LARGE", message: "<root>/archive contains more than 2 entries" },
  ],
  ["a wrong checksum", zipOf([{ name: "a", text: "x", crc: 1 }]), {}, { code: "ARCHIVE_INVALID", message: damaged }],
  [
    "an encrypted entry",
    zipOf([{ name: "a", text: "x".repeat(20), size: 8, flags: 1 }]),
    {},
    { code: "ARCHIVE_INVALID", message: `cannot extract <root>/archive: its entry "a" is encrypted` },
  ],
  [
    "an entry with an unsupported compression method",
    zipOf([{ name: "a", text: "x", method: 93 }]),
    {},
    {
      code: "ARCHIVE_INVALID",
      message: `cannot extract <root>/archive: its entry "a" uses the compression method 93, which is not supported`,
    },
  ],
  ["half of its bytes missing", zipOf([bomb]).subarray(0, 500), {}, { code: "ARCHIVE_INVALID", message: damaged }],
])("extracting a zip file with %s is an error", async ([, bytes, options, error]) => {
  expect(await extracting(bytes, options)).toEqual({ error, files: { "outside/secret": "untouched" } });
});

/** A disk that is slow to make a file. */
class SlowExtraction extends Extraction {
  override async writeFile(path: string, mode: number, contents: AsyncIterable<unknown>): Promise<void> {
    await setTimeout(50);
    await super.writeFile(path, mode, contents);
  }
}

test("an invalid zip entry is detected before its file is created", async () => {
  await inTemporaryDirectory(async (root) => {
    await writeFileMap(root, { "out/": "" });
    await writeFile(join(root, "archive"), zipOf([{ ...bomb, size: 10 }]));
    const extraction = new SlowExtraction(join(root, "archive"), join(root, "out"), {});
    await expect(extractZip(extraction)).rejects.toThrow("too many bytes");
  });
});
