import type { Refreshed } from "@libcnb/app-kit/inventory/updater";
import type { Entry } from "./entry.ts";
import { changes, merge, type Policy } from "./merge.ts";
import { parse, render } from "./render.ts";

/** Updates the releases in the text of a buildpack.toml. If upstream cannot be read, they are unchanged. */
export async function refresh(
  text: string,
  policy: Policy,
  upstream: (policy: Policy) => Promise<readonly Entry[]>,
): Promise<Required<Refreshed>> {
  const failures: string[] = [];
  const found = await upstream(policy).catch((error: unknown) => {
    failures.push(`kept the releases as they are: ${error instanceof Error ? error.message : error}`);
    return [];
  });
  const existing = parse(text, "buildpack.toml");
  const merged = merge(existing, found, policy);
  return { texts: [render(text, merged)], failures, changes: changes(existing, merged) };
}
