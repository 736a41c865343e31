import type { Refreshed } from "@libcnb/app-kit/inventory/updater";
import { changes, merge, type Policy } from "./merge.ts";
import { parse, render } from "./render.ts";
import type { Upstream } from "./upstream.ts";

/**
 * Updates the releases in the text of a buildpack.toml. If the releases of a distribution cannot be
 * read from GitHub or Azul, its existing entries stay, and the failure is returned.
 */
export async function refresh(
  text: string,
  policy: Policy,
  upstream: (policy: Policy) => Promise<Upstream>,
): Promise<Required<Refreshed>> {
  const { entries, failures } = await upstream(policy);
  const existing = parse(text, "buildpack.toml");
  const merged = merge(existing, entries, policy);
  return { texts: [render(text, merged)], failures, changes: changes(existing, merged) };
}
