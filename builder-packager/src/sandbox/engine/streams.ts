import type { Duplex } from "node:stream";
import type { Engine } from "../../oci/daemon/engine.ts";
import type { SandboxOutput } from "../processes/sandbox-process.ts";
import { outputFrames } from "./output-frames.ts";

/** The standard streams of cnb that a container gets. */
export interface ContainerStreams {
  readonly stdin: boolean;
  /** True if the output is that of a terminal instead of frames. */
  readonly terminal: boolean;
}

/**
 * All streams if they are forwarded, with a terminal if both ends have one, as for `docker run
 * --interactive --tty`.
 */
export const streamsOf = ({ stdio }: SandboxOutput): ContainerStreams => ({
  stdin: stdio === "inherit",
  terminal: stdio === "inherit" && process.stdin.isTTY === true && process.stdout.isTTY === true,
});

/**
 * Connects a container with the consumer of its output, or with cnb's own streams. Returns a
 * function that ends that.
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
 * Ctrl-D, by which the terminal inside ends the command's input. Docker takes the end of a terminal's input for the end of the client,
 * and passes on nothing that the command prints after it (`copyStreams` of moby's daemon/stream/attach.go).
 */
const endOfFile = Buffer.from([4]);

const toStreams =
  (output: Duplex) =>
  (chunk: Uint8Array, stream: "stdout" | "stderr"): void =>
    passOn(output, chunk, stream);

/** Nothing more is taken from the engine than somebody reads here. */
function passOn(output: Duplex, chunk: Uint8Array, stream: "stdout" | "stderr"): void {
  if (process[stream].write(chunk)) return;
  output.pause();
  process[stream].once("drain", () => output.resume());
}

/**
 * Sets the inner terminal's size to that of the outer one, now and on every change. Returns a
 * function that ends that.
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
