import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  lstatSync,
  lutimesSync,
  openSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { CnbError } from "../../errors.ts";
import { linkTarget, onDisk } from "../../files/file-name.ts";
import type { StreamedMember } from "../../tar/read.ts";

/** Writes a file or a symbolic link of an archive to a free path, with its attributes. */
export async function writeMember(file: string, member: StreamedMember, ownership: "keep" | "ignore"): Promise<void> {
  if (member.type === "symlink")
    writeLink(file, member.target, ownership === "keep" ? member : undefined, member.mtime);
  else await writeFile(file, member, ownership);
}

async function writeFile(file: string, member: StreamedMember, ownership: "keep" | "ignore"): Promise<void> {
  const fd = openSync(
    onDisk(file),
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    for await (const chunk of member.content()) writeAll(fd, chunk);
    if (ownership === "keep") fchownSync(fd, member.uid, member.gid);
    fchmodSync(fd, member.mode); // after chown, which clears setuid
    futimesSync(fd, member.mtime, member.mtime);
  } finally {
    closeSync(fd);
  }
}

/** `mtime` is in seconds. */
function writeLink(file: string, target: string, owner: { uid: number; gid: number } | undefined, mtime: number): void {
  symlinkSync(onDisk(target), onDisk(file));
  if (owner) lchownSync(onDisk(file), owner.uid, owner.gid);
  lutimesSync(onDisk(file), mtime, mtime);
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/**
 * Copies a file or symbolic link with its attributes to a free path. Blocks are shared if the file
 * system supports that.
 *
 * @returns false when the user cannot read the file.
 */
export function copyMember(from: string, to: string): boolean {
  const stats = lstatSync(onDisk(from));
  const isRoot = process.getuid?.() === 0;
  if (stats.isSymbolicLink()) {
    writeLink(to, linkTarget(from), isRoot ? stats : undefined, stats.mtimeMs / 1000);
    return true;
  }
  try {
    copyFileSync(onDisk(from), onDisk(to), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    return false;
  }
  const { uid, gid, mode, mtimeMs } = stats;
  if (isRoot) lchownSync(onDisk(to), uid, gid);
  chmodSync(onDisk(to), mode & 0o7777); // after chown, which clears setuid
  utimesSync(onDisk(to), mtimeMs / 1000, mtimeMs / 1000);
  return true;
}

/**
 * Replaces a hard link by a separate copy, through `temporary`. Returns false if the user cannot
 * read the file.
 */
export function replaceByCopy(file: string, temporary: string): boolean {
  if (!copyMember(file, temporary)) return false;
  renameSync(temporary, onDisk(file));
  return true;
}

/**
 * Creates the error for a member, because the file system's own errors name cnb's directory instead
 * of the member.
 */
export function refusedMember(path: string, error: unknown): unknown {
  if (error instanceof CnbError || !(error instanceof Error) || !("syscall" in error)) return error;
  return new CnbError("OUTPUT_UNWRITABLE", `cannot unpack the layer member ${JSON.stringify(path)}`, {
    cause: error,
    hint: "Check the free space and the permissions of the directory into which the image is unpacked.",
  });
}
