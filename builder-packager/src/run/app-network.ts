import { defined, unlessEmpty } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { isNamespace } from "../sandbox/backends/choose-backend.ts";
import { openPrivateNetwork, type PrivateNetwork } from "../sandbox/network/private-network.ts";
import { type Forward, type Relay, startRelay } from "../sandbox/network/relay.ts";
import type { SandboxBackend, SandboxSpec } from "../sandbox/spec.ts";
import type { ListeningPort } from "./publish.ts";

/** The network settings of an app's sandbox, with its published ports. */
export interface AppNetwork {
  readonly spec: Pick<SandboxSpec, "network" | "ports">;
  readonly privateNetwork?: PrivateNetwork;
  /** Stops forwarding ports. */
  close(): Promise<void>;
}

/**
 * Sets up an app's network before the app is started, and forwards the published ports to the app.
 * `network` is true if the app shares the host's network. Throws ARGUMENT_INVALID, SANDBOX_FAILED.
 */
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

/**
 * Shares the host's network. A port that is published with the same number is not forwarded: it
 * only has to be free.
 */
async function sharedNetwork(ports: readonly ListeningPort[]): Promise<AppNetwork> {
  const forwarded = ports.filter(({ hostPort, containerPort }) => hostPort !== containerPort);
  for (const port of ports) if (!forwarded.includes(port)) port.listener.close();
  const relay: Relay | undefined = forwarded.length > 0 ? await startRelay(forwarded.map(forwardOf)) : undefined;
  return { spec: { network: true }, close: async () => relay?.close() };
}

/**
 * Lets a container engine forward ports. The container then has its own network, which also has
 * access to other hosts.
 */
function engineNetwork(ports: readonly ListeningPort[], network: boolean, backend: SandboxBackend): AppNetwork {
  if (ports.length > 0 && !network)
    throw new CnbError(
      "ARGUMENT_INVALID",
      `--publish does not work together with --network none and the backend ${backend}`,
      {
        hint: "Remove --network none, or use another --backend.",
      },
    );
  for (const { listener } of ports) listener.close();
  const given = ports.map(({ address, hostPort, containerPort }) => ({ address, hostPort, containerPort }));
  return { spec: { network, ...defined({ ports: unlessEmpty(given) }) }, close: async () => {} };
}
