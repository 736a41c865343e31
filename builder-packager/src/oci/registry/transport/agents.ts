import type http from "node:http";
import type { SecureContext } from "node:tls";
import { defined } from "../../../defined.ts";
import { accessOf, type RegistryOptions } from "../../registry-options.ts";
import { hostFiles, trustOf } from "./certificates.ts";
import { httpModule, httpsModule } from "./node-http.ts";
import { proxyWarning } from "./proxies.ts";

/**
 * Returns the HTTP agent for a request to `url` on behalf of `home`, the registry that the user
 * named. Registries do not share connections, because the addresses that a connection may reach
 * depend on the registry.
 */
export type Agents = (url: URL, home: string) => http.Agent;

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
 * Returns HTTP agents with persistent connections. All callers with the same options share them.
 * The rules apply to each host separately, also for redirects and challenges. Certificates are
 * always checked, unless the host is configured as insecure. The environment's proxies are used,
 * except for this machine.
 */
export function agentsFor(options: RegistryOptions): Agents {
  const access = accessOf(options);
  const agents = shared.get(access) ?? createAgents(access);
  shared.set(access, agents);
  return agents;
}

function createAgents(options: RegistryOptions): Agents {
  const made = new Map<string, http.Agent>();
  const usual = lazily(() => trustOf(options, []));
  const warnOfProxies = lazily(() => {
    const warning = proxyWarning(options.env ?? {}, process.versions.node);
    if (warning !== undefined) options.warn?.(warning);
  });
  return ({ protocol, host }, home) => {
    if (!isLoopback(host)) warnOfProxies();
    const key = `${protocol}//${host} ${home}`;
    const agent = made.get(key) ?? createAgent({ protocol, host, usual }, options);
    made.set(key, agent);
    return agent;
  };
}

interface Destination {
  readonly protocol: string;
  readonly host: string;
  /** The default trust of connections, shared because it is slow to create. */
  usual(): SecureContext;
}

function createAgent({ protocol, host, usual }: Destination, options: RegistryOptions): http.Agent {
  const settings = { keepAlive: true, ...defined({ proxyEnv: isLoopback(host) ? undefined : (options.env ?? {}) }) };
  if (protocol !== "https:") return new httpModule.Agent(settings);
  const own = hostFiles(host, options.env);
  const checked = !isTrusted(host, options);
  if (own.length > 0) return secureAgent(settings, trustOf(options, own), checked);
  return checked ? secureAgent(settings, usual(), checked) : secureAgent(settings, undefined, checked);
}

const secureAgent = (settings: object, secureContext: SecureContext | undefined, rejectUnauthorized: boolean) =>
  new (httpsModule().Agent)({ ...settings, rejectUnauthorized, ...defined({ secureContext }) });

function lazily<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
