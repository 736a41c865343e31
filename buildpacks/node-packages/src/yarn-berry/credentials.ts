import type { s } from "libcnb";

/**
 * Removes credentials from the settings of a `.yarnrc.yml`; `undefined` if there are none.
 *
 * References to variables (`${TOKEN}`) are removed, too: Yarn does not start if such a variable is unset, as it is at launch.
 */
export async function withoutCredentials(settings: s.Table): Promise<string | undefined> {
  const kept = publicValue(settings) ?? {};
  if (JSON.stringify(kept) === JSON.stringify(settings)) return undefined;
  const { dump } = await import("js-yaml");
  return Object.keys(kept).length === 0 ? "" : dump(kept, { lineWidth: -1 });
}

/** `undefined` for what was nothing but credentials: Yarn refuses a scope or a registry without settings. */
function publicValue(value: unknown): unknown {
  if (typeof value === "string") return value.replace(passwordInAddress, "$1");
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([name]) => !secretSettings.has(name));
  const kept = entries
    .map(([name, each]) => [name, publicValue(each)] as const)
    .filter(([, each]) => each !== undefined);
  return kept.length === 0 && Object.keys(value).length > 0 ? undefined : Object.fromEntries(kept);
}

const secretSettings: ReadonlySet<string> = new Set(["npmAuthToken", "npmAuthIdent"]);

const passwordInAddress = /^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i;
