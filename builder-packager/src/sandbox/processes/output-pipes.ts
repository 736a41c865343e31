import { execFile } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeTemporaryDirectory } from "../../files/temporary-directory.ts";
import { toolPath } from "../backends/host-facts.ts";

/** A pipe that a child process writes and this one reads. */
export interface OutputPipe {
  /** Given to the child. Closed here by `closeWriter` as soon as the child has it. */
  readonly writer: number;
  readonly reader: Socket;
}

/** Both ends of a named pipe whose name is gone. */
type Ends = readonly [reader: number, writer: number];

/** Pipes to come: a program has to be started to make some, and a build needs a pair for each of its sandboxes. */
const spare: Ends[] = [];
const madeAtOnce = 8;
let making: Promise<void> | undefined;

/**
 * Makes real pipes for stdout and stderr. Node's own are sockets, which cannot be opened again, and scripts do that:
 * `echo >/dev/stderr`. Everyone may open them since the command is another user than root; the names are gone at once.
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

/** The reading end first and without blocking, else opening would wait for a writer. Node closes both where programs start. */
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

/** Leaves the child as the only writer, so that its end is seen. */
export const closeWriter = ({ writer }: OutputPipe): void => closeSync(writer);
