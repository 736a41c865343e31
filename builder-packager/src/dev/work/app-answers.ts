import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const pauseMs = 20;
/** The time in milliseconds for which a connection has to stay open. */
const heldMs = 25;

/**
 * Waits until an app accepts connections on a port of this machine. A connection that is closed at
 * once does not count: a forwarded port accepts connections before the app does. Returns false if
 * `signal` is aborted first.
 */
export async function appAnswers(address: string, port: number, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await staysOpen(address, port)) return true;
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
  return false;
}

function staysOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket
      .once("connect", () => setTimeout(end, heldMs, true))
      .once("error", () => end(false))
      .once("end", () => end(false))
      .resume();
  });
}
