import { quote } from "./shell.ts";

/** Shells write these themselves, so they are set or removed by env(1), the last program before the command. */
const shellOwned = new Set(["_", "IFS", "OLDPWD", "OPTIND", "PPID", "PS4", "PWD", "SHLVL", "UID", "EUID", "LINENO"]);
const addedByShells = ["OLDPWD", "PWD", "SHLVL", "_"];
const isExportable = (name: string): boolean =>
  /^[A-Za-z_]\w*$/.test(name) && !shellOwned.has(name) && !/^(BASH|SHELLOPTS|LIBCNB_SANDBOX_)/.test(name);

/** How the command gets its environment, and no tool of the host before it does. */
export interface EnvironmentPlan {
  /** The environment of the first process: the values under neutral names. A `LD_PRELOAD` must not reach the host's tools. */
  readonly carried: Readonly<Record<string, string>>;
  /** Shell statements that turn the neutral names into the real ones. */
  readonly exports: string;
  /** Arguments of env(1): names that a shell cannot export. */
  readonly envArgs: readonly string[];
}

/** Values travel in the environment, not in arguments, since everyone on the machine can read the process list. */
export function planEnvironment(env: Readonly<Record<string, string>>): EnvironmentPlan {
  const exportable = Object.entries(env).filter(([name]) => isExportable(name));
  const others = Object.entries(env).filter(([name]) => !isExportable(name));
  const carrier = (index: number): string => `LIBCNB_SANDBOX_${index}`;
  return {
    carried: Object.fromEntries(exportable.map(([, value], index) => [carrier(index), value])),
    exports: exportable
      .map(([name], index) => `export ${quote(name)}="$${carrier(index)}"; unset ${carrier(index)}\n`)
      .join(""),
    envArgs: [
      ...addedByShells.filter((name) => !Object.hasOwn(env, name)).flatMap((name) => ["-u", name]),
      ...others.map(([name, value]) => `${name}=${value}`),
    ],
  };
}
