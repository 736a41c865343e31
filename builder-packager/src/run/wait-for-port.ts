import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CnbError } from "../errors.ts";

const pauseMs = 25;

/**
 * Waits until a process accepts connections on a port of this machine. Throws an error if
 * `hasEnded` returns true before that, or after `timeoutMs`.
 */
export async function waitForPort(port: number, timeoutMs: number, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await accepts(port))) {
    if (hasEnded()) throw unavailable(`the app ended before it listened on port ${port}`);
    if (performance.now() > deadline)
      throw unavailable(`nothing listens on port ${port} of the app after ${timeoutMs} ms`);
    await sleep(pauseMs);
  }
}

/** Tries to connect. Node tries the IPv6 and IPv4 addresses of localhost in turn. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "localhost", port });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => end(true)).once("error", () => end(false));
  });
}

const unavailable = (message: string): CnbError =>
  new CnbError("PORT_UNAVAILABLE", message, {
    hint: "Read the app's output, and check which port the app uses (often set in PORT).",
  });
