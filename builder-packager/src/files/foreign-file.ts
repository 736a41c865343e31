import { constants, type Stats } from "node:fs";
import { type FileHandle, open, readlink, realpath } from "node:fs/promises";
import { onDisk } from "./file-name.ts";

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW, O_NOCTTY } = constants;

/** The error for an untrusted file that is larger than the given maximum. */
export class ForeignFileTooLarge extends Error {
  readonly size: number;
  constructor(file: string, { size }: Stats, maxBytes: number) {
    super(`${file} has ${size} bytes, more than the maximum of ${maxBytes}`);
    this.size = size;
  }
}

/**
 * Reads an untrusted file of an image, a layer or an app. Named pipes and devices, which would
 * block or never end, are refused. The caller must resolve links in parent directories within the
 * image.
 *
 * @param file the path, in the form that {@link onDisk} accepts
 * @param root the directory that must contain the file, if a running program may change it: the
 * program could replace a parent directory with a link after the path was resolved
 * @returns undefined if the file does not exist, is not in `root`, is unreadable, or is not a
 * regular file
 * @throws ForeignFileTooLarge
 */
export async function readForeignFile(file: string, maxBytes: number, root?: string): Promise<Buffer | undefined> {
  return withForeignFile(file, async (handle, stats) => {
    if (root !== undefined && !(await isOpenIn(root, handle))) return undefined;
    if (stats.size > maxBytes) throw new ForeignFileTooLarge(file, stats, maxBytes);
    return handle.readFile();
  });
}

/**
 * Reads the first bytes of an untrusted file, which may have any size. Returns undefined if the
 * file is unreadable or is not a regular file.
 */
export const readForeignHead = (file: string, bytes: number): Promise<Buffer | undefined> =>
  withForeignFile(file, async (handle) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  });

async function withForeignFile<Result>(file: string, work: (handle: FileHandle, stats: Stats) => Promise<Result>) {
  const flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY;
  const handle = await open(onDisk(file), flags).catch(() => undefined);
  try {
    const stats = await handle?.stat();
    return handle && stats?.isFile() ? await work(handle, stats) : undefined;
  } finally {
    await handle?.close();
  }
}

/**
 * True if the opened file is in the directory. This can be determined only on Linux. On other
 * systems, buildpacks do not run on the same files as cnb, and the result is always true.
 */
async function isOpenIn(root: string, { fd }: FileHandle): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const opened = await readlink(`/proc/self/fd/${fd}`, { encoding: "buffer" });
  const real = await realpath(onDisk(root), { encoding: "buffer" });
  const folder = real.length === 1 ? real : Buffer.concat([real, Buffer.from("/")]);
  return opened.subarray(0, folder.length).equals(folder);
}
