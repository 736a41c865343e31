import { release, totalmem } from "node:os";

/** The limit of processes and threads: twice that of a podman container. */
export const maxProcesses = 4096;

/** The size limits of tmpfs mounts. */
export interface MemoryFiles {
  readonly bytes: number;
  readonly files: number;
}

const mebibyte = 2 ** 20;
/** As much as a page of memory holds: smaller files take one, too. */
const smallestFile = 4096;

/**
 * The sizes: for `/tmp` a quarter of the memory, at least 1 GiB if half of the memory is as much;
 * for `/dev/shm` Docker's default.
 */
export function sandboxSizes(memory: number = totalmem()): { readonly tmp: MemoryFiles; readonly shm: MemoryFiles } {
  const tmp = Math.floor(Math.max(memory / 4, Math.min(1024 * mebibyte, memory / 2)));
  return { tmp: memoryFiles(tmp), shm: memoryFiles(64 * mebibyte) };
}

/** The size of a tmpfs mount; `usual` if unspecified. */
export const tmpfsSize = ({ bytes }: { readonly bytes?: number }, usual: MemoryFiles): MemoryFiles =>
  bytes === undefined ? usual : memoryFiles(bytes);

const memoryFiles = (bytes: number): MemoryFiles => ({ bytes, files: Math.ceil(bytes / smallestFile) });

/**
 * True if the kernel counts the processes of a user in each user namespace by itself (Linux 5.14);
 * before, it is all of the machine's.
 */
export function countsPerNamespace(version: string = release()): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}
