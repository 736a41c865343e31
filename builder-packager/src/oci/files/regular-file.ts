import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";

const { O_RDONLY, O_NONBLOCK } = constants;

/** Describes the type of a file in words, for errors. */
export function kindOf(stats: Stats): string {
  if (stats.isFile()) return "a file";
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

/**
 * Opens a file of an image and returns its descriptor, which the caller closes. Only regular files
 * are accepted, because opening or reading a pipe without a writer would block.
 *
 * @throws CnbError IMAGE_INVALID for anything but a regular file; the file system's own errors pass unchanged.
 * @example `const fd = openRegularFile("app.tar", "oci-archive:app.tar")`
 */
export function openRegularFile(file: string, what: string): number {
  const fd = openUnlessSocket(file, what);
  const stats = fstatSync(fd);
  if (stats.isFile()) return fd;
  closeSync(fd);
  throw notRegular(what, kindOf(stats));
}

/**
 * Reads a regular file.
 *
 * @throws CnbError IMAGE_INVALID when it is not a regular file or longer than `maxBytes`.
 */
export function readRegularFile(file: string, what: string, maxBytes: number): Buffer {
  const fd = openRegularFile(file, what);
  try {
    const { size } = fstatSync(fd);
    if (size > maxBytes)
      throw new CnbError(
        "IMAGE_INVALID",
        `${what} is too large: it has ${size} bytes, and at most ${maxBytes} are allowed`,
      );
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Sockets cannot be opened: the kernel returns ENXIO. */
function openUnlessSocket(file: string, what: string): number {
  try {
    return openSync(file, O_RDONLY | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENXIO") throw notRegular(what, "a socket or a device", error);
    throw error;
  }
}

const notRegular = (what: string, kind: string, cause?: unknown): CnbError =>
  new CnbError("IMAGE_INVALID", `${what} is ${kind}, not a regular file`, {
    ...defined({ cause }),
    hint: "Check the path: cnb reads images only from regular files.",
  });
