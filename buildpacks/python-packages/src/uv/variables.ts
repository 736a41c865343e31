import type { Env } from "libcnb";

/**
 * The user's uv variables that affect the installed packages, without those for sources, speed and
 * output.
 */
export const decisiveVariables = (env: Env): readonly (readonly [string, string])[] =>
  Object.entries(env)
    .flatMap(([name, value]) => (isDecisive(name) && value !== undefined ? [[name, value] as const] : []))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

const isDecisive = (name: string): boolean => name.startsWith("UV_") && !isIrrelevant.test(name);

const isIrrelevant =
  /INDEX|CACHE|CONCURRENT|CREDENTIALS|CERT|HOST|HTTP|KEYRING|LINK_MODE|LOG|MALWARE|OFFLINE|PASSWORD|PROGRESS|PUBLISH|PYTHON|QUIET|TIMEOUT|TLS|TOKEN|USERNAME|VENV|VERBOSE/;
