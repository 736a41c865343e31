import { createReadStream } from "node:fs";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import type { ImageView } from "./image-view.ts";

/** A `.cnb` file as an archive: its members in their order, each blob by its number and not by its digest. */
export async function viewArchive(file: string): Promise<ImageView> {
  const entries = await readTar(createReadStream(file));
  const lines = entries.map(({ type, path, mode, uid, gid, mtime }, index) => {
    const name = path.replace(/[0-9a-f]{64}$/, "…");
    return [`member ${index}`, `${type} ${mode.toString(8)} ${uid}:${gid} ${mtime} ${name}`] as const;
  });
  return Object.fromEntries(lines);
}
