import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeTemporaryDirectory } from "../../files/temporary-directory.ts";
import { toolPath } from "../backends/host-facts.ts";

/** A pipe to which a child process writes, and from which this process reads. */
export interface OutputPipe {
  /**
   * The file descriptor of the write end, which the child inherits. `closeWriter` closes it in this
   * process.
   */
  readonly writer: number;
  readonly reader: Socket;
}

/** Both ends of a named pipe whose file was removed. */
type Ends = readonly [reader: number, writer: number];

/**
 * Unused pipes. A program has to be started to create pipes, and a build needs two for each
 * sandbox, so several are created at a time.
 */
const spare: Ends[] = [];
const madeAtOnce = 8;
let making: Promise<void> | undefined;

/**
 * Creates named pipes for stdout and stderr. The pipes that Node.js creates are sockets, which
 * scripts cannot reopen: `echo >/dev/stderr`. Every user may open the pipes, because the command
 * does not run as root. The files of the pipes are removed at once.
 */
export async function makeOutputPipes(): Promise<readonly [OutputPipe, OutputPipe]> {
  while (spare.length < 2) {
    making ??= makeSpare().finally(() => {
      making = undefined;
    });
    await making;
  }
  const [stdout, stderr] = spare.splice(-2) as [Ends, Ends];
  return [pipeOf(stdout), pipeOf(stderr)];
}

async function makeSpare(): Promise<void> {
  const dir = makeTemporaryDirectory("cnb-pipes-");
  try {
    const files = Array.from({ length: madeAtOnce }, (_, index) => join(dir, `${index}`));
    await promisify(execFile)("mkfifo", ["-m", "666", ...files], { env: { PATH: toolPath(process.env) } });
    for (const file of files) spare.push(openPipe(file));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * Opens both ends of a named pipe. The reading end is opened first and without blocking, because
 * opening would otherwise wait for a writer. Node closes both in programs that it starts.
 */
function openPipe(file: string): Ends {
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return [reader, openSync(file, "w")];
  } catch (error) {
    closeSync(reader);
    throw error;
  }
}

const pipeOf = ([reader, writer]: Ends): OutputPipe => ({
  writer,
  reader: new Socket({ fd: reader, readable: true, writable: false }),
});

/**
 * Closes the write end in this process. The child is then the only writer, so the reader sees the
 * end of the child's output.
 */
export const closeWriter = ({ writer }: OutputPipe): void => closeSync(writer);
