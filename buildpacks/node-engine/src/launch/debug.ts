import type { Environment } from "./environment.ts";

const host: Setting = {
  name: "BPL_DEBUG_HOST",
  fallback: "127.0.0.1",
  isValid: (text) => /^([\w.-]+|\[[0-9a-f:.]+\])$/i.test(text),
};
const port: Setting = {
  name: "BPL_DEBUG_PORT",
  fallback: "9229",
  isValid: (text) => /^\d{1,5}$/.test(text) && Number(text) < 65536,
};

type Warn = (text: string) => void;

/**
 * Returns the option of Node.js that opens a port for a debugger, if BPL_DEBUG_ENABLED is set. A
 * debugger can access everything in the container. Therefore the port can only be reached from
 * inside the container, unless BPL_DEBUG_HOST is set. Invalid values cause a warning.
 */
export function debugOptions(env: Environment, warn: Warn): readonly string[] {
  if (!/^(true|yes|on|1)$/i.test(env.BPL_DEBUG_ENABLED || "") || /--inspect/.test(env.NODE_OPTIONS || "")) return [];
  const flag = /^(true|yes|on|1)$/i.test(env.BPL_DEBUG_SUSPEND || "") ? "--inspect-brk" : "--inspect";
  return [`${flag}=${checked(env, host, warn)}:${checked(env, port, warn)}`];
}

interface Setting {
  readonly name: string;
  readonly fallback: string;
  readonly isValid: (text: string) => boolean;
}

function checked(env: Environment, { name, fallback, isValid }: Setting, warn: Warn): string {
  const value = env[name];
  if (!value || isValid(value)) return value || fallback;
  warn(`${name} is not valid: Node.js uses ${fallback} instead`);
  return fallback;
}
