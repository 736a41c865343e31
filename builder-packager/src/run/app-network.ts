import { CnbError } from "../errors.ts";
import { isNamespace } from "../sandbox/backends/choose-backend.ts";
import { openPrivateNetwork, type PrivateNetwork } from "../sandbox/network/private-network.ts";
import { type Forward, type Relay, startRelay } from "../sandbox/network/relay.ts";
import type { SandboxBackend, SandboxSpec } from "../sandbox/spec.ts";
import type { ListeningPort } from "./publish.ts";

/** The parts of a sandbox that make the app reachable through published ports. */
export interface AppNetwork {
  readonly spec: Pick<SandboxSpec, "network" | "ports">;
  readonly privateNetwork?: PrivateNetwork;
  /** Ends the port forwarding. */
  close(): Promise<void>;
}

/** Forwards ports to an app that is going to be started. Throws ARGUMENT_INVALID, SANDBOX_FAILED. */
export async function openAppNetwork(
  ports: readonly ListeningPort[],
  network: boolean,
  backend: SandboxBackend,
): Promise<AppNetwork> {
  if (!isNamespace(backend)) return engineNetwork(ports, network, backend);
  if (network) return sharedNetwork(ports);
  if (ports.length === 0) return { spec: { network }, close: async () => {} };
  const privateNetwork = await openPrivateNetwork(ports.map(forwardOf), backend);
  return { spec: { network }, privateNetwork, close: privateNetwork.close };
}

const forwardOf = ({ listener, containerPort: port }: ListeningPort): Forward => ({ listener, port });

/** A port with the same number needs nothing there but to be free. */
async function sharedNetwork(ports: readonly ListeningPort[]): Promise<AppNetwork> {
  const forwarded = ports.filter(({ hostPort, containerPort }) => hostPort !== containerPort);
  for (const port of ports) if (!forwarded.includes(port)) port.listener.close();
  const relay: Relay | undefined = forwarded.length > 0 ? await startRelay(forwarded.map(forwardOf)) : undefined;
  return { spec: { network: true }, close: async () => relay?.close() };
}

/** Engines forward in a network of theirs, through which the app also reaches others. */
function engineNetwork(ports: readonly ListeningPort[], network: boolean, backend: SandboxBackend): AppNetwork {
  if (ports.length > 0 && !network)
    throw new CnbError("ARGUMENT_INVALID", `--publish cannot reach an app in ${backend} that has --network none`, {
      hint: "Leave out --network none, or use another --backend.",
    });
  for (const { listener } of ports) listener.close();
  const given = ports.map(({ address, hostPort, containerPort }) => ({ address, hostPort, containerPort }));
  return { spec: { network, ...(given.length > 0 && { ports: given }) }, close: async () => {} };
}
