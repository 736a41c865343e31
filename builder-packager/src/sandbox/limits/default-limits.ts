import { release, totalmem } from "node:os";

/** The maximum number of processes and threads: twice podman's default for a container. */
export const maxProcesses = 4096;

/** The limits of a tmpfs mount: its total size and its number of files. */
export interface MemoryFiles {
  readonly bytes: number;
  readonly files: number;
}

const mebibyte = 2 ** 20;
/** The size of a memory page, which even the smallest file occupies. */
const smallestFile = 4096;

/**
 * Returns the limits of `/tmp` and `/dev/shm`. For `/tmp`: a quarter of the memory, but at least 1
 * GiB, or half of the memory if that is less. For `/dev/shm`: Docker's default.
 */
export function sandboxSizes(memory: number = totalmem()): { readonly tmp: MemoryFiles; readonly shm: MemoryFiles } {
  const tmp = Math.floor(Math.max(memory / 4, Math.min(1024 * mebibyte, memory / 2)));
  return { tmp: memoryFiles(tmp), shm: memoryFiles(64 * mebibyte) };
}

/** Returns the limits of a tmpfs mount; `usual` if the mount does not specify its size. */
export const tmpfsSize = ({ bytes }: { readonly bytes?: number }, usual: MemoryFiles): MemoryFiles =>
  bytes === undefined ? usual : memoryFiles(bytes);

const memoryFiles = (bytes: number): MemoryFiles => ({ bytes, files: Math.ceil(bytes / smallestFile) });

/**
 * True if the kernel counts a user's processes per user namespace (since Linux 5.14). Older kernels
 * count all of the user's processes on the machine.
 */
export function countsPerNamespace(version: string = release()): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}
