import type { Duplex } from "node:stream";
import type { Engine } from "../../oci/daemon/engine.ts";
import type { SandboxOutput } from "../processes/sandbox-process.ts";
import type { TerminalSize } from "../terminal/terminal-steps.ts";
import { connectTerminal, hasTerminal, onResize, passOn, terminalSize } from "../terminal/user-terminal.ts";
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
export function streamsOf({ stdio }: SandboxOutput): ContainerStreams {
  const stdin = stdio === "inherit" || stdio === "terminal";
  return { stdin, terminal: stdin && hasTerminal() };
}

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
  if (terminal) return connectTerminal(output, output);
  output.on("data", outputFrames(toStreams(output)));
  process.stdin.pipe(output);
  return () => void process.stdin.unpipe(output).pause();
}

const toStreams =
  (output: Duplex) =>
  (chunk: Uint8Array, stream: "stdout" | "stderr"): void =>
    passOn(output, chunk, stream);

/**
 * Sets the size of the terminal in the container to the size of cnb's terminal, now and on every
 * change. Returns a function that stops this.
 */
export function followSize(engine: Engine, id: string, { terminal }: ContainerStreams): () => void {
  if (!terminal) return () => {};
  const resize = ({ rows, columns }: TerminalSize) => {
    const path = `/containers/${id}/resize?h=${rows}&w=${columns}`;
    // It may have ended just now.
    engine.send({ method: "POST", path, expect: [200, 201, 404, 409, 500] }).then(
      (answer) => answer.discard(),
      () => {},
    );
  };
  resize(terminalSize());
  return onResize(resize);
}
