import { join } from "node:path";
import { openBlobStore } from "../../oci/layers/blob-store.ts";
import { createLayer } from "../../oci/layers/layer.ts";
import type { Layer } from "../../oci/model/image.ts";
import type { TarEntry } from "../../tar/entry.ts";

/**
 * Parses an entry: `a:10` is a file of 10 bytes, `a/` is a directory, `a=b` is a hard link to b,
 * and `a>b` is a symbolic link to b.
 */
export function tinyEntry(text: string): TarEntry {
  const [, path = "", sign, rest = ""] = /^(.+)(:)(\d*)$/.exec(text) ?? /^([^=>]+)([=>])?(.*)$/.exec(text) ?? [];
  const common = { path: path.replace(/(.)\/$/, "$1"), mode: 0o755, uid: 0, gid: 0 };
  if (sign === ":") return { ...common, type: "file", content: Buffer.alloc(Number(rest)) };
  if (sign === "=") return { ...common, type: "hardlink", target: rest };
  if (sign === ">") return { ...common, type: "symlink", target: rest };
  return { ...common, type: "directory" };
}

/** Creates a layer from such entries, separated by spaces. */
export const tinyLayer = async (texts: string, dir: string): Promise<Layer> =>
  createLayer(texts.split(" ").filter(Boolean).map(tinyEntry), await openBlobStore(join(dir, "blobs")));
