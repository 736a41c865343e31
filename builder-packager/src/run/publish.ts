import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { CnbError } from "../errors.ts";

/** A port of this machine that leads to a port of the app. */
export interface PublishedPort {
  readonly address: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

/** Parses `[ADDRESS:]HOST:CONTAINER`. Without an address the port is this machine's alone. */
export function parsePublish(text: string): PublishedPort {
  const match = /^(?:(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\]):)?(\d+):(\d+)$/.exec(text);
  const [, address = "127.0.0.1", host, container] = match ?? [];
  const [hostPort, containerPort] = [Number(host), Number(container)];
  if (match && isPort(hostPort) && isPort(containerPort)) {
    return { address: address.replace(/^\[|\]$/g, ""), hostPort, containerPort };
  }
  throw new CnbError("ARGUMENT_INVALID", `--publish ${text} is not HOST:CONTAINER`, {
    hint: "Write two ports between 1 and 65535, for example --publish 8080:3000.",
  });
}

const isPort = (port: number): boolean => port >= 1 && port <= 65535;

/**
 * Refuses ports that would be forwarded to cnb itself: the app shares the host's network, so where cnb listens the app cannot.
 * Throws ARGUMENT_INVALID.
 */
export function checkPublish(ports: readonly PublishedPort[]): void {
  const forwards = ports.filter(({ hostPort, containerPort }) => hostPort !== containerPort);
  for (const { hostPort } of forwards) {
    const other = ports.find(({ containerPort }) => containerPort === hostPort);
    if (!other) continue;
    const text = `--publish ${other.hostPort}:${other.containerPort}`;
    throw new CnbError("ARGUMENT_INVALID", `${text} leads to port ${hostPort}, which another --publish listens on`, {
      hint: "The app shares this machine's ports: use a host port that is no port of the app.",
    });
  }
}

/**
 * Forwards connections to the app. The app shares the host's network, so a port with the same number needs nothing.
 * Returns a function that stops listening and cuts what is open.
 */
export async function publishPorts(ports: readonly PublishedPort[]): Promise<() => void> {
  const servers: { server: Server; sockets: Set<Socket> }[] = [];
  const close = () => {
    for (const { server, sockets } of servers) {
      server.close();
      for (const socket of sockets) socket.destroy();
    }
  };
  try {
    for (const port of ports.filter((one) => one.hostPort !== one.containerPort)) servers.push(await forward(port));
    return close;
  } catch (error) {
    close();
    throw error;
  }
}

async function forward({ address, hostPort, containerPort }: PublishedPort) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const app = connect({ host: "localhost", port: containerPort, allowHalfOpen: true });
    for (const socket of [client, app]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => [client, app].map((one) => one.destroy()));
    }
    client.pipe(app).pipe(client);
  });
  server.listen(hostPort, address);
  await once(server, "listening").catch((cause: unknown) => {
    throw new CnbError("PORT_UNAVAILABLE", `Port ${hostPort} of ${address} cannot be listened on`, {
      cause,
      hint: "Choose another host port, or stop what uses this one.",
    });
  });
  return { server, sockets };
}
