import type http from "node:http";
import { httpModule, httpsModule } from "../node-http.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { trustOf } from "./certificates.ts";

/** The connections to use for an address. */
export type Agents = (url: URL) => http.Agent;

/** Hosts that Docker, too, reaches without certificates: 127.0.0.0/8, ::1 and localhost. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);

/** Whether a host may speak plain http or have a certificate that nobody signed. */
export const isTrusted = (host: string, { insecure = [] }: RegistryOptions): boolean =>
  isLoopback(host) || insecure.includes(host);

/**
 * Connections that are kept. Each address has its own rules, also where a redirect or a challenge leads: certificates of
 * hosts that are not named as insecure are always checked, and proxies of the environment are used unless it is this machine.
 */
export function createAgents(options: RegistryOptions): Agents {
  const made = new Map<string, http.Agent>();
  return ({ protocol, host }) => {
    const direct = isLoopback(host);
    const checked = protocol === "https:" && !isTrusted(host, options);
    const key = [protocol, direct, checked].join();
    const agent = made.get(key) ?? createAgent({ protocol, direct, checked }, options);
    made.set(key, agent);
    return agent;
  };
}

interface Rules {
  readonly protocol: string;
  readonly direct: boolean;
  readonly checked: boolean;
}

function createAgent({ protocol, direct, checked }: Rules, options: RegistryOptions): http.Agent {
  const settings = { keepAlive: true, ...(!direct && { proxyEnv: options.env ?? {} }) };
  if (protocol !== "https:") return new httpModule.Agent(settings);
  return new httpsModule.Agent({
    ...settings,
    ...(checked ? { secureContext: trustOf(options) } : { rejectUnauthorized: false }),
  });
}
