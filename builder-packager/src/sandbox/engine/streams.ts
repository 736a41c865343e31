import type { Duplex } from "node:stream";
import type { Engine } from "../../oci/daemon/engine.ts";
import type { SandboxOutput } from "../processes/sandbox-process.ts";
import { outputFrames } from "./output-frames.ts";

/** The standard streams of cnb that are connected to a container. */
export interface ContainerStreams {
  readonly stdin: boolean;
  /**
   * True if the container has a terminal, so that its output is raw bytes. Otherwise, the output
   * consists of frames.
   */
  readonly terminal: boolean;
}

/**
 * Chooses the streams to connect to a container. stdin is connected only if cnb's own streams are
 * inherited. As with `docker run --interactive --tty`, there is a terminal if stdin and stdout are
 * terminals.
 */
export const streamsOf = ({ stdio }: SandboxOutput): ContainerStreams => ({
  stdin: stdio === "inherit",
  terminal: stdio === "inherit" && process.stdin.isTTY === true && process.stdout.isTTY === true,
});

/**
 * Connects a container's streams to `onOutput`, or with cnb's own streams. Returns a function that
 * disconnects them.
 */
export function connectStreams(
  output: Duplex,
  { stdin, terminal }: ContainerStreams,
  onOutput: SandboxOutput["onOutput"],
): () => void {
  if (!stdin) {
    output.on("data", outputFrames(onOutput ?? (() => {})));
    return () => {};
  }
  output.on("data", terminal ? (chunk: Buffer) => passOn(output, chunk, "stdout") : outputFrames(toStreams(output)));
  if (terminal) process.stdin.setRawMode(true); // keys such as Ctrl-C are for the terminal inside
  const endTerminal = () => void output.write(endOfFile);
  process.stdin.pipe(output, { end: !terminal });
  if (terminal) process.stdin.once("end", endTerminal);
  return () => {
    if (terminal) process.stdin.setRawMode(false);
    process.stdin.off("end", endTerminal).unpipe(output).pause();
  };
}

/**
 * Ctrl-D, by which the terminal in the container ends the command's input. Closing the connection's
 * input instead would make Docker discard further output: it takes the end of a terminal's input
 * for the end of the client (`copyStreams` in moby's daemon/stream/attach.go).
 */
const endOfFile = Buffer.from([4]);

const toStreams =
  (output: Duplex) =>
  (chunk: Uint8Array, stream: "stdout" | "stderr"): void =>
    passOn(output, chunk, stream);

/**
 * Writes output to cnb's own stream. While that stream is full, no more is read from the engine.
 */
function passOn(output: Duplex, chunk: Uint8Array, stream: "stdout" | "stderr"): void {
  if (process[stream].write(chunk)) return;
  output.pause();
  process[stream].once("drain", () => output.resume());
}

/**
 * Sets the size of the terminal in the container to that of cnb's terminal, now and on every
 * change. Returns a function that stops this.
 */
export function followSize(engine: Engine, id: string, { terminal }: ContainerStreams): () => void {
  if (!terminal) return () => {};
  const resize = () => {
    const path = `/containers/${id}/resize?h=${process.stdout.rows}&w=${process.stdout.columns}`;
    // It may have ended just now.
    engine.send({ method: "POST", path, expect: [200, 201, 404, 409, 500] }).then(
      (answer) => answer.discard(),
      () => {},
    );
  };
  resize();
  process.stdout.on("resize", resize);
  return () => process.stdout.off("resize", resize);
}
