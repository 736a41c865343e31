import { release, totalmem } from "node:os";

/** Processes and threads of a sandbox: twice what podman allows a container. */
export const maxProcesses = 4096;

/** What a file system in memory takes at most. */
export interface MemoryFiles {
  readonly bytes: number;
  readonly files: number;
}

const mebibyte = 2 ** 20;
/** As much as a page of memory holds: smaller files take one, too. */
const smallestFile = 4096;

/** Of `/tmp` a quarter of the memory, at least 1 GiB where half of it is as much; of `/dev/shm` what Docker gives. */
export function sandboxSizes(memory: number = totalmem()): { readonly tmp: MemoryFiles; readonly shm: MemoryFiles } {
  const tmp = Math.floor(Math.max(memory / 4, Math.min(1024 * mebibyte, memory / 2)));
  return { tmp: memoryFiles(tmp), shm: memoryFiles(64 * mebibyte) };
}

/** What a directory in memory may take; `usual` where it does not say. */
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
