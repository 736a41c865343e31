import { constants, type Stats } from "node:fs";
import { type FileHandle, open, readlink, realpath } from "node:fs/promises";
import { onDisk } from "./file-name.ts";

const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW, O_NOCTTY } = constants;

/** A file of an image, layer or app exceeds the read limit. */
export class ForeignFileTooLarge extends Error {
  readonly size: number;
  constructor(file: string, { size }: Stats, maxBytes: number) {
    super(`${file} has ${size} bytes, more than the ${maxBytes} that are read`);
    this.size = size;
  }
}

/**
 * Reads an untrusted file of an image, a layer or an app. Named pipes and devices, which would
 * block or never end, are refused. The caller must resolve links in parent directories within the
 * image.
 *
 * @param file as {@link onDisk} takes it.
 * @param root the folder that the file must be in, for files that a program may move meanwhile: it could put a link in place
 *   of a folder of the path when that was resolved.
 * @returns undefined for what is not there or elsewhere, may not be read, or is not a regular file.
 * @throws ForeignFileTooLarge
 */
export async function readForeignFile(file: string, maxBytes: number, root?: string): Promise<Buffer | undefined> {
  return withForeignFile(file, async (handle, stats) => {
    if (root !== undefined && !(await isOpenIn(root, handle))) return undefined;
    if (stats.size > maxBytes) throw new ForeignFileTooLarge(file, stats, maxBytes);
    return handle.readFile();
  });
}

/** The first bytes of an untrusted file of any size. */
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
 * True if what was opened is in the folder. Only Linux can tell, which is where programs run beside
 * cnb on the same files.
 */
async function isOpenIn(root: string, { fd }: FileHandle): Promise<boolean> {
  if (process.platform !== "linux") return true;
  const opened = await readlink(`/proc/self/fd/${fd}`, { encoding: "buffer" });
  const real = await realpath(onDisk(root), { encoding: "buffer" });
  const folder = real.length === 1 ? real : Buffer.concat([real, Buffer.from("/")]);
  return opened.subarray(0, folder.length).equals(folder);
}
