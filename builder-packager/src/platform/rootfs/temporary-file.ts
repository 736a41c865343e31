import { randomBytes } from "node:crypto";
import { chown, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FileOwner } from "./copy-tree.ts";

interface TemporaryFile {
  /** The prefix of its directory's name. */
  readonly prefix: string;
  readonly name: string;
  readonly text: string;
  /** The owner of the file. */
  readonly owner: FileOwner | undefined;
}

/**
 * Writes a file in its own directory below `dir`. Concurrent buildpacks may write to `dir` during
 * detection. One of them could replace the directory or the file by a link, and so make cnb write
 * to another file or change its owner. Therefore both are created in a private directory next to
 * `dir`, and moved when complete.
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
