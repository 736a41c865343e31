import type { Env } from "libcnb";

/** The user's variables of uv that decide what is installed: not those that say where from, how fast, and how it looks. */
export const decisiveVariables = (env: Env): readonly (readonly [string, string])[] =>
  Object.entries(env)
    .flatMap(([name, value]) => (isDecisive(name) && value !== undefined ? [[name, value] as const] : []))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

const isDecisive = (name: string): boolean => name.startsWith("UV_") && !isIrrelevant.test(name);

const isIrrelevant =
  /INDEX|CACHE|CONCURRENT|CREDENTIALS|CERT|HOST|HTTP|KEYRING|LINK_MODE|LOG|MALWARE|OFFLINE|PASSWORD|PROGRESS|PUBLISH|PYTHON|QUIET|TIMEOUT|TLS|TOKEN|USERNAME|VENV|VERBOSE/;
