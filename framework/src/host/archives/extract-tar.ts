import type { FileHandle } from "node:fs/promises";
import { pipeline, Transform } from "node:stream";
import { extract, type Header } from "tar-stream";
import { LibcnbError } from "../../errors.ts";
import type { ArchiveFormat } from "./archive-format.ts";
import { unsafe } from "./archive-path.ts";
import { decompressed } from "./decompressed.ts";
import type { Extraction } from "./extraction.ts";

/** An entry of the archive: its header and its bytes. */
type Entry = AsyncIterable<unknown> & { readonly header: Header; resume(): unknown };

const block = 512;
/** Bytes of an entry besides its contents: long names, extended attributes. */
const bytesPerEntry = 64 * 1024;
const spareBytes = 8 * 1024 ** 2;

/** Extracts the entries of a tar archive, plain or compressed, into the target of an extraction. */
export async function extractTar(extraction: Extraction, file: FileHandle, format: ArchiveFormat): Promise<void> {
  const tar = extract();
  let admitted = spareBytes;
  const bound = admitting(extraction, () => admitted);
  pipeline(await decompressed(file, format), bound, tar, () => {}); // an error comes out of the iteration
  for await (const entry of tar) {
    admitted += bytesPerEntry + Math.ceil(entry.header.size / block) * block;
    await extractEntry(extraction, entry);
    entry.resume();
  }
  if (extraction.entries === 0)
    throw new LibcnbError("ARCHIVE_INVALID", `cannot extract ${extraction.file}: the archive has no entries`, {
      hint: "Check that the URL or path of the archive is correct.",
    });
}

/**
 * Limits the bytes by the entries so far. The reader collects headers in memory, and reads beyond
 * the archive's end.
 */
function admitting(extraction: Extraction, admitted: () => number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes > admitted())
        return done(
          extraction.tooLarge(
            "the bytes that its headers declare",
            "Do not use this archive, and report it to its publisher.",
          ),
        );
      done(null, chunk);
    },
  });
}

async function extractEntry(extraction: Extraction, entry: Entry): Promise<void> {
  const { header } = entry;
  extraction.countEntry();
  extraction.countBytes(header.size); // before anything is written: the header states the size of the content
  refuseSparse(extraction, header);
  const path = extraction.pathOf(header.name);
  if (path === undefined) return;
  switch (header.type) {
    case "file":
    case "contiguous-file":
      return extraction.writeFile(path, header.mode, entry);
    case "directory":
      return extraction.writeDirectory(path, header.mode);
    case "symlink":
      return extraction.writeSymlink(path, header.linkname ?? "");
    case "link":
      return extraction.writeHardLink(path, header.linkname ?? "");
    default:
      throw unsafe(header.name, `it is a ${header.type ?? "file of an unknown kind"}`);
  }
}

// The reader would give the map and the packed data of such a file in place of its contents.
function refuseSparse({ file }: Extraction, header: Header): void {
  const sparse =
    Object.keys(header.pax ?? {}).some((key) => key.startsWith("GNU.sparse.")) || header.name.includes("GNUSparseFile");
  if (!sparse) return;
  throw new LibcnbError(
    "ARCHIVE_INVALID",
    `${file} contains the sparse file ${JSON.stringify(header.name)}, which is not supported`,
    {
      hint: "Create the archive without --sparse.",
    },
  );
}
