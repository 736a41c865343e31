import type { SandboxOutput } from "../processes/sandbox-process.ts";

/**
 * The size of a frame header: the kind of stream, three empty bytes, and the length of the payload.
 */
const headerSize = 8;

/**
 * Splits an engine's stream of frames into stdout and stderr
 * (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach).
 *
 * @example `socket.on("data", outputFrames((chunk, stream) => process[stream].write(chunk)))`
 */
export function outputFrames(onOutput: NonNullable<SandboxOutput["onOutput"]>): (chunk: Buffer) => void {
  let head = Buffer.alloc(0);
  let left = 0;
  let stream: "stdout" | "stderr" = "stdout";
  return (chunk) => {
    let rest: Buffer = chunk;
    while (rest.length > 0) {
      if (left > 0) {
        const part = rest.subarray(0, left);
        onOutput(part, stream);
        left -= part.length;
        rest = rest.subarray(part.length);
        continue;
      }
      const missing = headerSize - head.length;
      head = Buffer.concat([head, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (head.length < headerSize) return;
      stream = head[0] === 2 ? "stderr" : "stdout";
      left = head.readUInt32BE(4);
      head = Buffer.alloc(0);
    }
  };
}
