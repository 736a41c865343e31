import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";

const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;

/**
 * Returns a function that appends lines to a file. Each line is written with a single write, so
 * that the lines of concurrent processes are not mixed. If writing fails, `onFailure` is called
 * once. A pipe without a reader does not block the function.
 */
export function lineFile(file: string, onFailure: (error: unknown) => void): (line: string) => void {
  let failed = false;
  return (line) => {
    if (failed) return;
    try {
      append(file, new TextEncoder().encode(line));
    } catch (error) {
      failed = true;
      onFailure(error);
    }
  };
}

function append(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o644);
  try {
    if (fstatSync(descriptor).isBlockDevice()) throw new Error(`${file} is a block device, not a file`);
    const written = writeSync(descriptor, bytes);
    if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes could be written to ${file}`);
  } finally {
    closeSync(descriptor);
  }
}
