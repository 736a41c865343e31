// @needs xz, zip, zstd
import { execFileSync } from "node:child_process";
import { readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { inTemporaryDirectory } from "../files/temporary-directory.ts";
import { readFileMap, type Tree, writeFileMap } from "../files/tree.ts";
import { extractArchive } from "./archive.ts";
import type { ExtractOptions } from "./extract-options.ts";

type TarEntry = Partial<Header> & Pick<Header, "name"> & { readonly text?: string };

async function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { text, ...header } of entries) tar.entry({ mtime: new Date(0), ...header }, text ?? "");
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

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

const plain: readonly TarEntry[] = [
  { name: "node-v22/", type: "directory", mode: 0o755 },
  { name: "node-v22/bin/node", mode: 0o755, text: "binary" },
  { name: "node-v22/lib/npm-cli.js", text: "npm" },
  { name: "node-v22/bin/npm", type: "symlink", linkname: "../lib/npm-cli.js" },
  { name: "node-v22/bin/nodejs", type: "link", linkname: "node-v22/bin/node" },
];
const extracted = {
  "out/bin/node": "binary",
  "out/bin/nodejs": "binary",
  "out/bin/npm": "-> ../lib/npm-cli.js",
  "out/lib/npm-cli.js": "npm",
  "outside/secret": "untouched",
};

test.for<[string, (tar: Buffer) => Uint8Array]>([
  ["uncompressed", (tar) => tar],
  ["gzip", (tar) => gzipSync(tar)],
  ["zstd", (tar) => zstdCompressSync(tar)],
  [
    "zstd with several frames, one of them skippable",
    (tar) =>
      Buffer.concat([
        Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]),
        zstdCompressSync(tar.subarray(0, 1000)),
        zstdCompressSync(tar.subarray(1000)),
      ]),
  ],
])("a tar archive (%s) is extracted without its first directory", async ([, compress]) => {
  expect(await extracting(compress(await tarOf(plain)), { strip: 1 })).toEqual({ error: undefined, files: extracted });
});

test.for<[string, string]>([
  ["tar", "tar -cf archive node-v22"],
  ["tar and gzip", "tar -czf archive node-v22"],
  ["tar and xz", "tar -cJf archive node-v22"],
  ["xz with several blocks", "tar -cf - node-v22 | xz --block-size=1KiB > archive"],
  ["xz with several streams", "tar -cf t node-v22; (head -c 1000 t | xz; tail -c +1001 t | xz) > archive"],
  [
    "tar and bzip2",
    `tar -cf t node-v22; python3 -c "import bz2; open('archive', 'wb').write(bz2.compress(open('t', 'rb').read()))"`,
  ],
  ["tar and zstd", "tar -cf - node-v22 | zstd --quiet > archive"],
  ["zstd with several frames", "tar -cf t node-v22; (head -c 1000 t | zstd -q; tail -c +1001 t | zstd -q) > archive"],
  ["zip", "zip --quiet --symlinks -r archive.zip node-v22 && mv archive.zip archive"],
  ["Python", "python3 -m zipfile -c archive node-v22"],
])("an archive created by %s is extracted with its file modes", async ([maker, script]) => {
  await inTemporaryDirectory(async (root) => {
    await writeFileMap(root, { "node-v22/bin/node": "#!/bin/sh\n", "node-v22/lib/npm.js": "npm ".repeat(1000) });
    await symlink("../lib/npm.js", join(root, "node-v22/bin/npm"));
    execFileSync("sh", ["-c", script], { cwd: root });
    await extractArchive(join(root, "archive"), join(root, "out"), { strip: 1 });
    expect(await readFileMap(join(root, "out"))).toEqual({
      "bin/node": "#!/bin/sh\n",
      "bin/npm": maker === "Python" ? "npm ".repeat(1000) : "-> ../lib/npm.js", // which follows links
      "lib/npm.js": "npm ".repeat(1000),
    });
    const modes = ["bin/node", "lib/npm.js"].map(async (name) => (await stat(join(root, "out", name))).mode & 0o777);
    expect(await Promise.all(modes)).toEqual([0o755, 0o644]);
  });
});

test("a million empty or skippable zstd frames in an archive are skipped", async () => {
  const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
  const [header, emptyBlock] = [emptyZstd.subarray(0, 6), Buffer.from([0, 0, 0])];
  const end = emptyZstd.subarray(6);
  const zstd = Buffer.concat([
    ...Array.from({ length: 500_000 }, () => skipped),
    header,
    ...Array.from({ length: 500_000 }, () => emptyBlock),
    end,
    zstdCompressSync(await tarOf(plain)),
  ]);
  expect(await extracting(zstd, { strip: 1 })).toEqual({ error: undefined, files: extracted });
});

test("only the selected entries of an archive are extracted", async () => {
  const { files } = await extracting(await tarOf(plain), { strip: 1, filter: (name) => name.startsWith("lib/") });
  expect(files).toEqual({ "out/lib/npm-cli.js": "npm", "outside/secret": "untouched" });
});

test("a later archive entry replaces an earlier file or link without writing through the link", async () => {
  const entries: TarEntry[] = [
    { name: "a", text: "first" },
    { name: "l", type: "symlink", linkname: "a" },
    { name: "a", text: "second" },
    { name: "l", text: "file" },
  ];
  expect((await extracting(await tarOf(entries))).files).toEqual({
    "out/a": "second",
    "out/l": "file",
    "outside/secret": "untouched",
  });
});

test("extracted files have the archive's modes without setuid, with any umask", async () => {
  const entries: TarEntry[] = [
    { name: "d/", type: "directory", mode: 0o500 },
    { name: "d/run", mode: 0o4777, text: "" },
    { name: "d/read", mode: 0o444, text: "" },
  ];
  await inTemporaryDirectory(async (root) => {
    await writeFile(join(root, "archive"), await tarOf(entries));
    await extractArchive(join(root, "archive"), join(root, "out"));
    const modes = await Promise.all(
      ["d", "d/run", "d/read"].map(async (name) => ((await stat(join(root, "out", name))).mode & 0o7777).toString(8)),
    );
    expect(modes).toEqual(["700", "777", "444"]);
  });
});

const emptyZstd = zstdCompressSync("");

const evil: TarEntry = { name: "x", text: "evil" };
describe("an archive is refused and leaves no files if it contains", () => {
  test.for<[string, readonly TarEntry[], string]>([
    [
      "an entry with an absolute name",
      [{ ...evil, name: "/tmp/x" }],
      `"/tmp/x" cannot be extracted safely: its name is absolute`,
    ],
    [
      "an entry whose name contains ..",
      [{ ...evil, name: "a/../../outside/x" }],
      `"a/../../outside/x" cannot be extracted safely: its name contains ..`,
    ],
    [
      "a symbolic link to an absolute path",
      [{ name: "l", type: "symlink", linkname: "/etc" }],
      `"l" cannot be extracted safely: it links to "/etc", outside the directory`,
    ],
    [
      "a symbolic link that leads out of the directory by ..",
      [{ name: "d/l", type: "symlink", linkname: "../../outside" }],
      `"d/l" cannot be extracted safely: it links to "../../outside", outside the directory`,
    ],
    [
      "a symbolic link with .. below another symbolic link",
      [
        { name: "a/b/up", type: "symlink", linkname: "../.." },
        { name: "l", type: "symlink", linkname: "a/b/up/../outside" },
      ],
      `"l" cannot be extracted safely: it links to "a/b/up/../outside", outside the directory`,
    ],
    [
      "a file below a symbolic link",
      [
        { name: "l", type: "symlink", linkname: "d" },
        { name: "l/x", text: "evil" },
      ],
      `"l" cannot be extracted safely: "l" is not a directory`,
    ],
    [
      "a symbolic link with the name of a directory",
      [{ name: "d/", type: "directory" }, { name: "d", type: "symlink", linkname: "e" }, evil],
      `"d" cannot be extracted safely: it would replace a directory`,
    ],
    [
      "a hard link to a path with ..",
      [{ name: "h", type: "link", linkname: "../outside/secret" }],
      `"h" cannot be extracted safely: it is a hard link to "../outside/secret", outside the directory`,
    ],
    [
      "a hard link to an absolute path",
      [{ name: "h", type: "link", linkname: "/etc/passwd" }],
      `"h" cannot be extracted safely: it is a hard link to "/etc/passwd", outside the directory`,
    ],
    [
      "a hard link to a symbolic link",
      [
        { name: "l", type: "symlink", linkname: "d" },
        { name: "h", type: "link", linkname: "l" },
      ],
      `"h" cannot be extracted safely: it is a hard link to "l", which is not a file of the archive`,
    ],
    [
      "a device file",
      [{ name: "null", type: "character-device", devmajor: 1, devminor: 3 }],
      `"null" cannot be extracted safely: it is a character-device`,
    ],
    ["a named pipe", [{ name: "p", type: "fifo" }], `"p" cannot be extracted safely: it is a fifo`],
  ])("%s", async ([, entries, why]) => {
    const bytes = await tarOf([{ name: "first", text: "written before" }, ...entries]);
    expect(await extracting(bytes)).toEqual({
      error: { code: "ARCHIVE_UNSAFE", message: `the archive entry ${why}` },
      files: { "outside/secret": "untouched" },
    });
  });

  test("an entry whose path leads through a symbolic link that is already in the target directory", async () => {
    const { error, files } = await extracting(
      await tarOf([{ name: "l/x", text: "evil" }]),
      {},
      { "out/l": "-> ../outside" },
    );
    expect(error?.code).toBe("ARCHIVE_UNSAFE");
    expect(files).toEqual({ "out/l": "-> ../outside", "outside/secret": "untouched" });
  });
});

describe("extracting an archive fails with an error about", () => {
  test.for<[string, () => Promise<Uint8Array> | Uint8Array, ExtractOptions, { code: string; message: string }]>([
    [
      "too many bytes",
      () => tarOf(plain),
      { maxBytes: 8 },
      { code: "ARCHIVE_TOO_LARGE", message: "<root>/archive contains more than 8 bytes" },
    ],
    [
      "too many entries",
      () => tarOf(plain),
      { maxEntries: 2 },
      { code: "ARCHIVE_TOO_LARGE", message: "<root>/archive contains more than 2 entries" },
    ],
    [
      "too many implicit directories",
      () => tarOf([{ name: "a/b/c/d/e", text: "" }]),
      { maxEntries: 3 },
      { code: "ARCHIVE_TOO_LARGE", message: "<root>/archive contains more than 3 directories" },
    ],
    [
      "a path that is longer than the system allows",
      () => tarOf([{ name: `${"d/".repeat(3000)}e`, text: "" }]),
      {},
      {
        code: "ARCHIVE_INVALID",
        message: `the archive entry "${"d/".repeat(50)}…" has a name that is too long`,
      },
    ],
    [
      "a path component that is longer than the system allows",
      () => tarOf([{ name: `${"ü".repeat(128)}/e`, text: "" }]),
      {},
      {
        code: "ARCHIVE_INVALID",
        message: `the archive entry "${"ü".repeat(100)}…" has a name that is too long`,
      },
    ],
    [
      "more zstd frames than any tool writes",
      () => Buffer.concat(Array.from({ length: 50_001 }, () => emptyZstd)),
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: it is damaged or not an archive" },
    ],
    [
      "truncated gzip data",
      async () => gzipSync(await tarOf(plain)).subarray(0, 100),
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: it is damaged or not an archive" },
    ],
    [
      "a truncated tar",
      async () => (await tarOf(plain)).subarray(0, 1030),
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: it is damaged or not an archive" },
    ],
    [
      "an empty file",
      () => Buffer.alloc(0),
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: the archive has no entries" },
    ],
    [
      "a file that is not an archive",
      () => Buffer.alloc(2048, "not a tar archive "),
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: it is neither a zip nor a tar archive" },
    ],
    [
      "a damaged xz file",
      () => Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: it is damaged or not an archive" },
    ],
    [
      "a truncated second zstd frame",
      async () => Buffer.concat([zstdCompressSync(await tarOf(plain)), zstdCompressSync("more").subarray(0, 10)]),
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: it is damaged or not an archive" },
    ],
    [
      "unknown data after a zstd frame",
      async () => Buffer.concat([zstdCompressSync(await tarOf(plain)), Buffer.from("something else")]),
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: it is damaged or not an archive" },
    ],
    [
      "lzip compression",
      () => Buffer.from("LZIP\u0001"),
      {},
      {
        code: "ARCHIVE_INVALID",
        message: "cannot extract <root>/archive: it has the format lzip, which is not supported",
      },
    ],
    [
      "truncated bzip2 data",
      () => Buffer.from("BZh91AY"),
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: it is damaged or not an archive" },
    ],
    [
      "an extended header with an excessive size",
      async () => {
        const [header] = [(await tarOf([{ name: "x" }])).subarray(0, 512)];
        header.write("x", 156); // extended attributes, which a reader collects in memory
        header.write("37777777777", 124); // 8 GiB of them
        header.fill(" ", 148, 156);
        header.write(
          `${header
            .reduce((sum, byte) => sum + byte, 0)
            .toString(8)
            .padStart(6, "0")}\0 `,
          148,
        );
        return gzipSync(Buffer.concat([header, Buffer.alloc(16 * 1024 ** 2)]));
      },
      {},
      { code: "ARCHIVE_INVALID", message: "cannot extract <root>/archive: it is damaged or not an archive" },
    ],
    [
      "endless zero blocks at the end",
      async () => gzipSync(Buffer.concat([await tarOf(plain), Buffer.alloc(16 * 1024 ** 2)])),
      {},
      { code: "ARCHIVE_TOO_LARGE", message: "<root>/archive contains more than the bytes that its headers declare" },
    ],
  ])("%s", async ([, bytes, options, error]) => {
    expect(await extracting(await bytes(), options)).toEqual({ error, files: { "outside/secret": "untouched" } });
  });

  test("a sparse file of GNU tar", async () => {
    await inTemporaryDirectory(async (root) => {
      const shell = (script: string) => execFileSync("sh", ["-c", script], { cwd: root });
      shell(
        "truncate -s 1M sparse && echo end >> sparse && tar --sparse --format=pax -cf pax.tar sparse && tar --sparse --format=gnu -cf gnu.tar sparse",
      );
      for (const archive of ["pax.tar", "gnu.tar"]) {
        await expect(extractArchive(join(root, archive), join(root, "out"))).rejects.toMatchObject({
          code: expect.stringMatching(/^ARCHIVE_/),
        });
      }
      expect((await readdir(root)).sort()).toEqual(["gnu.tar", "pax.tar", "sparse"]);
    });
  });
});
