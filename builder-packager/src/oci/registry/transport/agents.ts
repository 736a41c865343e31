import type http from "node:http";
import type { Socket } from "node:net";
import type { SecureContext } from "node:tls";
import { defined } from "../../../defined.ts";
import { accessOf, type RegistryOptions } from "../../registry-options.ts";
import { type BlobConnections, blobConnections } from "./blob-connections.ts";
import { hostFiles, trustOf } from "./certificates.ts";
import { httpModule, httpsModule } from "./node-http.ts";
import { namesProxies, proxyWarning } from "./proxies.ts";

/**
 * Returns the connections for a request to `url` on behalf of `home`, the registry that the user
 * named. Registries do not share connections, because the addresses that a connection may reach
 * depend on the registry.
 */
export type Agents = (url: URL, home: string) => Connections;

/** The connections to an origin. */
export interface Connections {
  readonly agent: http.Agent;
  /** The connections for large blobs; undefined if the usual ones are used, for example through a proxy. */
  readonly forBlobs: BlobConnections | undefined;
}

/**
 * True for a host that Docker also accesses without certificates: 127.0.0.0/8, ::1 and localhost.
 */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);

/** True if a host may use plain http or a self-signed certificate. */
export const isTrusted = (host: string, { insecure = [] }: RegistryOptions): boolean =>
  isLoopback(host) || insecure.some((each) => plainHost(each) === plainHost(host));

/** True if the user named the host in the options, as insecure or as a mirror. */
export const isNamed = (host: string, { insecure = [], mirrors = {} }: RegistryOptions): boolean =>
  [...insecure, ...Object.values(mirrors).flat()].some(
    (each) => plainHost(each.split("/")[0] ?? "") === plainHost(host),
  );

/** Returns the host in lower case and without a default port. */
export const plainHost = (host: string): string => host.toLowerCase().replace(/:(80|443)$/, "");

const shared = new WeakMap<RegistryOptions, Agents>();

/**
 * Returns HTTP agents with persistent connections. All callers with the same options share the
 * agents. Options for a host, such as `insecure`, apply only to that host, not to other hosts to
 * which the host redirects. Certificates are always checked, unless the host is configured as
 * insecure. The environment's proxies are used, except for connections to this machine.
 */
export function agentsFor(options: RegistryOptions): Agents {
  const access = accessOf(options);
  const agents = shared.get(access) ?? createAgents(access);
  shared.set(access, agents);
  return agents;
}

function createAgents(options: RegistryOptions): Agents {
  const made = new Map<string, Connections>();
  const usual = lazily(() => trustOf(options, []));
  const warnOfProxies = lazily(() => {
    const warning = proxyWarning(options.env ?? {}, process.versions.node);
    if (warning !== undefined) options.warn?.(warning);
  });
  return ({ protocol, host }, home) => {
    if (!isLoopback(host)) warnOfProxies();
    const key = `${protocol}//${host} ${home}`;
    const connections = made.get(key) ?? createConnections({ protocol, host, usual }, options);
    made.set(key, connections);
    return connections;
  };
}

function createConnections(to: Destination, options: RegistryOptions): Connections {
  const settings = { keepAlive: true, ...defined({ proxyEnv: isLoopback(to.host) ? undefined : (options.env ?? {}) }) };
  const secure = to.protocol === "https:" ? secureSettings(to, options) : {};
  const isDirect = isLoopback(to.host) || !namesProxies(options.env ?? {});
  const agent = new (to.protocol === "https:" ? httpsModule() : httpModule).Agent({ ...settings, ...secure });
  const connect = (own: object) => agent.createConnection({ ...secure, ...own }) as Socket;
  return { agent, forBlobs: isDirect ? blobConnections(connect) : undefined };
}

interface Destination {
  readonly protocol: string;
  readonly host: string;
  /** The default trust of connections, shared because it is slow to create. */
  usual(): SecureContext;
}

/** The settings of connections with TLS. */
function secureSettings({ host, usual }: Destination, options: RegistryOptions) {
  const own = hostFiles(host, options.env);
  const rejectUnauthorized = !isTrusted(host, options);
  if (own.length > 0) return { rejectUnauthorized, secureContext: trustOf(options, own) };
  return rejectUnauthorized ? { rejectUnauthorized, secureContext: usual() } : { rejectUnauthorized };
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
