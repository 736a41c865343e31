import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { fileOf, linkOf } from "../../host/files/tree.ts";
import type { FileMap } from "./file-map.ts";

// the same bytes on each day: a checksum of them can stand in a test
const mtime = new Date("1980-01-01T00:00:01Z");

/**
 * Creates a `.tar.gz` from files, like those of releases, for `downloads`. The same files give the
 * same bytes.
 *
 * @example `await tarball({ "node-v24.1.0/bin/node": "#!/bin/sh\n", "node-v24.1.0/bin/npm": "-> ../lib/npm.js" })`
 */
export async function tarball(files: FileMap): Promise<Uint8Array> {
  const { pack } = await import("tar-stream"); // few tests need it
  const archive = pack();
  for (const [path, entry] of Object.entries(files)) {
    const link = linkOf(entry);
    if (path.endsWith("/")) archive.entry({ name: path, type: "directory", mode: 0o755, mtime });
    else if (link !== undefined) archive.entry({ name: path, type: "symlink", linkname: link, mtime });
    else {
      const { contents, mode } = fileOf(entry);
      archive.entry({ name: path, mode, mtime }, Buffer.from(contents));
    }
  }
  archive.finalize();
  return buffer(archive.pipe(createGzip()));
}
