import { codedError } from "../errors.ts";
import { isIP } from "../net/address.ts";
import type { Lookup } from "../net/connection.ts";
import { Socket } from "../net/socket.ts";
import { connect } from "../tls/socket.ts";
import { ClientRequest, type Connection, type Opening } from "./client.ts";
import type { HttpProxy } from "./proxy.ts";

interface Options {
  readonly host: string;
  readonly port: number;
  readonly lookup?: Lookup | undefined;
}

/** Connects to a proxy, by TLS if its URL says so. */
export function connectToProxy(
  { hostname, port, isSecure }: HttpProxy,
  { lookup }: Pick<Options, "lookup">,
): Connection {
  const target = { host: hostname, port, lookup };
  return (isSecure ? connect(target) : new Socket().connect(target)) as Connection;
}

/**
 * Asks a proxy for a connection to a host. What follows on the connection is between the program and the host. The caller
 * limits the time of the proxy, and ends the attempt when the request is destroyed.
 */
export function openTunnel(
  proxy: HttpProxy,
  options: Options & { readonly keepAlive: boolean },
  done: (error: Error | null, socket?: Connection) => void,
): Opening {
  const { host, port, keepAlive } = options;
  const target = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const { authorization } = proxy;
  const asked = new ClientRequest(
    {
      method: "CONNECT",
      path: target,
      host: proxy.hostname,
      setHost: false,
      headers: {
        "proxy-connection": keepAlive ? "keep-alive" : "close",
        host: target,
        ...(authorization === undefined ? {} : { "proxy-authorization": authorization }),
      },
    },
    { protocol: "http:", defaultPort: proxy.port, connect: () => connectToProxy(proxy, options) },
  );
  const refused = (text: string, properties: object): Error =>
    Object.assign(codedError(Error, "ERR_PROXY_TUNNEL", text), properties);
  let limit = 0;
  asked.once("timeout", () => {
    const text = `Connection to establish proxy tunnel timed out after ${limit}ms`;
    asked.destroy(refused(text, { proxyTunnelTimeout: limit }));
  });
  asked.once("error", done);
  asked.once("connect", ({ statusCode, statusMessage }, socket: Connection, head: Uint8Array) => {
    if (statusCode === 200) {
      if (head.length > 0) {
        socket.unshift(head);
      }
      done(null, socket);
      return;
    }
    socket.destroy();
    const text = `Failed to establish tunnel to ${target} via ${proxy.href}: HTTP/1.1 ${statusCode} ${statusMessage}`;
    done(refused(text, { statusCode }));
  });
  asked.end();
  return {
    setTimeout(ms) {
      limit = ms;
      asked.setTimeout(ms);
    },
    destroy: () => asked.destroy(),
  };
}
