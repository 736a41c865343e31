import { randomBytes } from "node:crypto";
import { chown, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

interface TemporaryFile {
  /** The beginning of its directory's name. */
  readonly prefix: string;
  readonly name: string;
  readonly text: string;
  /** Whose it is to be. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * Writes a file in a directory of its own below `dir`, which buildpacks may write while this works: detections run beside one
 * another. One of them could put a link in place of the directory or the file and have cnb write or chown what is elsewhere. So
 * both are made in a folder beside `dir` that is closed to others, and moved when nothing is left to do.
 *
 * @returns the path below `dir`
 */
export async function writeTemporaryFile(dir: string, { prefix, name, text, owner }: TemporaryFile): Promise<string> {
  const unique = `${prefix}${randomBytes(6).toString("hex")}`;
  const closed = await mkdtemp(`${dir}-`);
  try {
    const made = join(closed, unique);
    await mkdir(made, { mode: 0o700 });
    await writeFile(join(made, name), text, { mode: 0o600 });
    if (owner) for (const path of [join(made, name), made]) await chown(path, owner.uid, owner.gid);
    await rename(made, join(dir, unique));
  } finally {
    await rm(closed, { recursive: true, force: true });
  }
  return `${unique}/${name}`;
}
