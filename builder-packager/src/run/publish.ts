import { once } from "node:events";
import { type AddressInfo, createServer, isIP, type Server } from "node:net";
import { CnbError } from "../errors.ts";
import type { PortBinding } from "../sandbox/spec.ts";

/** A port of this machine that leads to a port of the app. */
export interface PublishedPort extends PortBinding {
  /** 0 takes any that is free. */
  readonly hostPort: number;
}

/** A port that is ours from now on, with the number that it really has. */
export interface ListeningPort extends PublishedPort {
  readonly listener: Server;
}

const addressPattern = String.raw`(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\])`;
const pattern = new RegExp(String.raw`^(?:${addressPattern}:(\d*):|(\d+):)?(\d+)(?:/tcp)?$`);

/** Parses `[[ADDRESS:]HOST:]CONTAINER`. Without an address the port is this machine's alone, without HOST any that is free. */
export function parsePublish(text: string): PublishedPort {
  const [, given = "127.0.0.1", after, before, container] = pattern.exec(text) ?? [];
  const [hostPort, containerPort] = [Number(after ?? before ?? 0), Number(container)];
  const address = given.replace(/^\[|\]$/g, "");
  // Of anything else the system would look up the name.
  if (hostPort <= largest && containerPort >= 1 && containerPort <= largest && isIP(address) > 0)
    return { address, hostPort, containerPort };
  throw new CnbError("ARGUMENT_INVALID", `--publish ${text} is not HOST:CONTAINER, and no port of the app`, {
    hint: "Write two ports between 1 and 65535, for example --publish 8080:3000, or the app's alone. TCP only.",
  });
}

const largest = 65535;

/**
 * Refuses ports that would be forwarded to cnb itself: an app that shares the host's network cannot listen where cnb does.
 * Throws ARGUMENT_INVALID.
 */
export function checkPublish(ports: readonly PublishedPort[]): void {
  const forwards = ports.filter(({ hostPort, containerPort }) => hostPort !== containerPort);
  for (const { hostPort } of forwards) {
    const other = ports.find(({ containerPort }) => containerPort === hostPort);
    if (!other) continue;
    const text = `--publish ${other.hostPort}:${other.containerPort}`;
    throw new CnbError("ARGUMENT_INVALID", `${text} leads to port ${hostPort}, which another --publish listens on`, {
      hint: "The app shares this machine's ports: use a host port that is not a port of the app, or --network none.",
    });
  }
}

/**
 * Listens on all ports, or none. A client that connects before the app listens gets an error.
 * Throws PORT_UNAVAILABLE.
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

async function listen(port: PublishedPort): Promise<ListeningPort> {
  const { address, hostPort } = port;
  const listener = createServer((client) => client.resetAndDestroy()).listen(hostPort, address);
  await once(listener, "listening").catch((cause: unknown) => {
    throw new CnbError("PORT_UNAVAILABLE", `Port ${hostPort} of ${address} is not available`, {
      cause,
      hint: "Choose another host port, or stop what uses this one.",
    });
  });
  return { ...port, hostPort: (listener.address() as AddressInfo).port, listener };
}
