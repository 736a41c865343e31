import { once } from "node:events";
import { type AddressInfo, createServer, isIP, type Server } from "node:net";
import { CnbError } from "../errors.ts";
import type { PortBinding } from "../sandbox/spec.ts";

/** A port of this machine that is forwarded to a port of the app. */
export interface PublishedPort extends PortBinding {
  /** The port of this machine; 0 for any free port. */
  readonly hostPort: number;
}

/** A published port on which cnb listens. `hostPort` is the actual port number. */
export interface ListeningPort extends PublishedPort {
  readonly listener: Server;
}

const addressPattern = String.raw`(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\])`;
const pattern = new RegExp(String.raw`^(?:${addressPattern}:(\d*):|(\d+):)?(\d+)(?:/tcp)?$`);

/**
 * Parses `[[ADDRESS:]HOST:]CONTAINER`. Without an address, only this machine can connect. Without
 * HOST, any free port is used.
 */
export function parsePublish(text: string): PublishedPort {
  const [, given = "127.0.0.1", after, before, container] = pattern.exec(text) ?? [];
  const [hostPort, containerPort] = [Number(after ?? before ?? 0), Number(container)];
  const address = given.replace(/^\[|\]$/g, "");
  // The system would resolve any other address as a name.
  if (hostPort <= largest && containerPort >= 1 && containerPort <= largest && isIP(address) > 0)
    return { address, hostPort, containerPort };
  throw new CnbError("ARGUMENT_INVALID", `--publish ${text} is neither HOST:CONTAINER nor a port of the app`, {
    hint: "Use two ports between 1 and 65535, for example --publish 8080:3000, or only the app's port. Only TCP is supported.",
  });
}

const largest = 65535;

/**
 * Refuses ports that would be forwarded to cnb itself: an app that shares the host's network cannot
 * listen on a port on which cnb listens. Throws ARGUMENT_INVALID.
 */
export function checkPublish(ports: readonly PublishedPort[]): void {
  const forwards = ports.filter(({ hostPort, containerPort }) => hostPort !== containerPort);
  for (const { hostPort } of forwards) {
    const other = ports.find(({ containerPort }) => containerPort === hostPort);
    if (!other) continue;
    const text = `--publish ${other.hostPort}:${other.containerPort}`;
    throw new CnbError(
      "ARGUMENT_INVALID",
      `${text} forwards to port ${hostPort}, on which another --publish already listens`,
      {
        hint: "The app shares this machine's network: use a host port that is not also a port of the app, or add --network none.",
      },
    );
  }
}

/**
 * Listens on all published ports. If one port is unavailable, listens on none. A client that
 * connects before the app listens gets an error. Throws PORT_UNAVAILABLE.
 */
export async function listenOn(ports: readonly PublishedPort[]): Promise<readonly ListeningPort[]> {
  const listening: ListeningPort[] = [];
  try {
    for (const port of ports) listening.push(await listen(port));
    return listening;
  } catch (error) {
    for (const { listener } of listening) listener.close();
    throw error;
  }
}

function hintFor(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "EACCES") return "Choose a host port above 1023: only root may listen on this one.";
  if (code === "EADDRNOTAVAIL") return "Use an address of this machine, or remove the address.";
  return "Choose another host port, or stop the program that uses this port.";
}

async function listen(port: PublishedPort): Promise<ListeningPort> {
  const { address, hostPort } = port;
  const listener = createServer((client) => client.resetAndDestroy()).listen(hostPort, address);
  await once(listener, "listening").catch((cause: unknown) => {
    throw new CnbError("PORT_UNAVAILABLE", `port ${hostPort} of ${address} is not available`, {
      cause,
      hint: hintFor(cause),
    });
  });
  return { ...port, hostPort: (listener.address() as AddressInfo).port, listener };
}
