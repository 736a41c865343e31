import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { toolPath } from "./host-facts.ts";

/** A pipe that a child process writes and this one reads. */
export interface OutputPipe {
  /** Given to the child. Closed here by `closeWriter` as soon as the child has it. */
  readonly writer: number;
  readonly reader: Socket;
}

/**
 * Makes real pipes for stdout and stderr. Node's own are sockets, which cannot be opened again, and scripts do that:
 * `echo >/dev/stderr`. Everyone may open them since the command is another user than root; the names are gone at once.
 */
export async function makeOutputPipes(): Promise<readonly [OutputPipe, OutputPipe]> {
  const dir = await mkdtemp(join(tmpdir(), "cnb-pipes-"));
  try {
    const files = ["stdout", "stderr"].map((name) => join(dir, name));
    await promisify(execFile)("mkfifo", ["-m", "666", ...files], { env: { PATH: toolPath(process.env) } });
    const stdout = openPipe(join(dir, "stdout"));
    try {
      return [stdout, openPipe(join(dir, "stderr"))];
    } catch (error) {
      closePipe(stdout);
      throw error;
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** The reading end first and without blocking, else opening would wait for a writer. */
function openPipe(file: string): OutputPipe {
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return { writer: openSync(file, "w"), reader: new Socket({ fd: reader, readable: true, writable: false }) };
  } catch (error) {
    closeSync(reader);
    throw error;
  }
}

function closePipe({ writer, reader }: OutputPipe): void {
  closeSync(writer);
  reader.destroy();
}

/** Leaves the child as the only writer, so that its end is seen. */
export const closeWriter = ({ writer }: OutputPipe): void => closeSync(writer);
