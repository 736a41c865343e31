import { unreachable } from "libcnb/packaging";
import { pipIndex } from "../buildpackage/sources/pip-index.ts";
import { npmSetting } from "../compile/npm-package.ts";
import { defined } from "../defined.ts";
import type { Reporter } from "../reporter.ts";
import type { Checks } from "./checks.ts";

interface AddressCheckOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal?: AbortSignal;
}

/**
 * Creates the check of the URLs of dependencies. The check sends the same requests as a build:
 * through proxies and mirrors, and to the registries that npm and pip use in the buildpack's
 * directory.
 */
export function addressCheck({ env, reporter, signal }: AddressCheckOptions): NonNullable<Checks["unreachable"]> {
  const log = { info: reporter.debug, warn: reporter.warn };
  const stop = defined({ signal });
  const npm = remembered((dir) => npmSetting("registry", { env, cwd: dir, ...stop }));
  const pip = remembered((dir) => pipIndex({ env, cwd: dir, ...stop }));
  return async (uri, dir) => {
    const registry = uri.startsWith("npm:") ? (env["NPM_CONFIG_REGISTRY"] ?? (await npm(dir))) : undefined;
    const pypiIndex = uri.startsWith("pypi:") ? await pip(dir) : undefined;
    return unreachable(uri, {
      dir,
      env: { ...env, ...defined({ NPM_CONFIG_REGISTRY: registry }) },
      log,
      pypiIndex,
      signal,
    });
  };
}

/** Computes a value once for each directory. */
function remembered<Value>(compute: (dir: string) => Promise<Value>): (dir: string) => Promise<Value> {
  const values = new Map<string, Promise<Value>>();
  return (dir) => {
    const value = values.get(dir) ?? compute(dir);
    values.set(dir, value);
    return value;
  };
}
