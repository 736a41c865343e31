import { hash } from "node:crypto";
import type { Env } from "libcnb";

/** The PIP_* variables that affect the installed packages, as text. Values may be secrets. */
export const decisiveSettings = (env: Env): string =>
  Object.entries(env)
    .filter(([name]) => name.startsWith("PIP_") && !isAboutAccess.test(name))
    .map(([name, value]) => `${name} ${hash("sha256", value ?? "")}`)
    .toSorted()
    .join("\n");

/** How packages are reached and what is shown decides nothing. */
const isAboutAccess =
  /^PIP_(CERT|CLIENT_CERT|INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|PROXY|RETRIES|TIMEOUT|DEFAULT_TIMEOUT|CACHE_DIR|NO_CACHE_DIR|CONFIG_FILE|LOG|QUIET|VERBOSE|NO_COLOR|NO_INPUT|PROGRESS_BAR|KEYRING_PROVIDER|DISABLE_PIP_VERSION_CHECK|ROOT_USER_ACTION|REPORT|NO_WARN_SCRIPT_LOCATION|NO_COMPILE|COMPILE)$/;
