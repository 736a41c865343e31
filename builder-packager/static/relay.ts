import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Forward, Relay } from "../src/sandbox/network/relay.ts";
import { needsNode } from "./needs-node.ts";

/**
 * Replaces the function of `src/sandbox/network/relay.ts`, whose process runs on Node.js. For an app
 * that shares the network of this machine, this process forwards the connections itself. It cannot
 * enter another network (`prefix`).
 */
export async function startRelay(forwards: readonly Forward[], prefix: readonly string[] = []): Promise<Relay> {
  if (prefix.length > 0) throw needsNode("--publish together with --network none", "Or remove --network none.");
  const open = new Set<Socket>();
  for (const { listener, port } of forwards) {
    listener.removeAllListeners("connection").on("connection", (client: Socket) => forward(client, port, open));
  }
  return {
    pid: process.pid,
    async close() {
      for (const { listener } of forwards) listener.close();
      for (const end = performance.now() + lastMs; open.size > 0 && performance.now() < end; ) await sleep(pauseMs);
    },
  };
}

/** Milliseconds in which open connections may finish, and after which they are looked at again. */
const [lastMs, pauseMs] = [1000, 10];

function forward(client: Socket, port: number, open: Set<Socket>): void {
  open.add(client);
  client.allowHalfOpen = true;
  client.on("error", () => {}).on("close", () => open.delete(client));
  reach(port, ["127.0.0.1", "::1"], (app) => {
    if (app === undefined || client.destroyed) {
      for (const socket of [client, app]) socket?.resetAndDestroy();
      return;
    }
    app.on("error", () => client.resetAndDestroy());
    client.on("error", () => app.resetAndDestroy());
    client.pipe(app).pipe(client);
  });
}

/** Connects to the first address on which the app listens. */
function reach(port: number, [host = "", ...others]: readonly string[], done: (app?: Socket) => void): void {
  const app = connect({ host, port, allowHalfOpen: true });
  const refused = () => (others.length > 0 ? reach(port, others, done) : done());
  app.once("error", refused).once("connect", () => {
    app.off("error", refused);
    done(app);
  });
}
