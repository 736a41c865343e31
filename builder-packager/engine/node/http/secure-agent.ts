import { connect, type SecureOptions } from "../tls/socket.ts";
import { Agent, type Connected, type Connecting } from "./agent.ts";
import type { Connection, Opening } from "./client.ts";
import { openTunnel } from "./tunnel.ts";

/** The agent for `https`. Its options for TLS apply to each connection. */
class SecureAgent extends Agent {
  override get protocol(): "https:" {
    return "https:";
  }

  override get defaultPort(): number {
    return 443;
  }

  protected override connect(options: Connecting, done: Connected): Opening | undefined {
    const secured = (socket?: Connection): Connection =>
      connect({ ...(options as SecureOptions), ...(socket === undefined ? {} : { socket }) }) as unknown as Connection;
    const proxy = this.proxyFor(options);
    if (proxy === undefined) {
      done(null, secured());
      return undefined;
    }
    return openTunnel(proxy, { ...options, keepAlive: this.keepAlive }, (error, socket) =>
      error ? done(error) : done(null, secured(socket)),
    );
  }
}

export { SecureAgent as Agent };
