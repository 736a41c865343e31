import { defined } from "../../defined.ts";
import { readUserConfig } from "../user-config.ts";

/**
 * Returns environment variables for the cache settings in cnb's configuration file. Variables that
 * are already set in `env` are left out.
 *
 * @throws CnbError CONFIG_INVALID
 * @example `await cacheVariables({ HOME: "/home/ada" }) // { LIBCNB_CACHE_SIZE: "20GB" }`
 */
export async function cacheVariables(env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
  if (env["LIBCNB_CACHE_DIR"] && env["LIBCNB_CACHE_SIZE"]) return {};
  const { cacheDir, cacheSize } = await readUserConfig(env, () => {});
  return defined({
    LIBCNB_CACHE_DIR: env["LIBCNB_CACHE_DIR"] ? undefined : cacheDir,
    LIBCNB_CACHE_SIZE: env["LIBCNB_CACHE_SIZE"] ? undefined : cacheSize,
  });
}
