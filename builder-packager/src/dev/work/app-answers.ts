import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const pauseMs = 20;

/** A port of this machine on which an app is expected to accept connections. */
export interface AppPort {
  readonly host: string;
  readonly port: number;
  /** True if another process accepts the connections and forwards them to the app. */
  readonly isForwarded: boolean;
}

/**
 * The time in milliseconds for which a connection has to stay open. A forwarded port accepts
 * connections before the app does, and then closes them.
 */
const heldMs = { forwarded: 200, own: 0 };

/**
 * Waits until an app accepts connections on a port of this machine. A connection that the app
 * closes at once is ignored. Returns false if `signal` is aborted first.
 */
export async function appAnswers(port: AppPort, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await staysOpen(port)) return true;
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
  return false;
}

function staysOpen({ host, port, isForwarded }: AppPort): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket
      .once("connect", () => setTimeout(end, isForwarded ? heldMs.forwarded : heldMs.own, true))
      .once("error", () => end(false))
      .once("end", () => end(false))
      .resume();
  });
}
