import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CnbError } from "../errors.ts";

const pauseMs = 25;

/** Waits until something accepts connections on a port of this machine. `hasEnded` cuts the wait short. */
export async function waitForPort(port: number, timeoutMs: number, hasEnded: () => boolean): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await accepts(port))) {
    if (hasEnded()) throw unavailable(`The app ended before it listened on port ${port}`);
    if (performance.now() > deadline) throw unavailable(`Nothing listens on port ${port} after ${timeoutMs} ms`);
    await sleep(pauseMs);
  }
}

/** Node tries IPv6 and IPv4 of localhost one after the other. */
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
    hint: "Read the app's output, and check which port it uses (often PORT).",
  });
