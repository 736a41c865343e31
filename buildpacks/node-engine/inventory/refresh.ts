import type { Refreshed } from "@libcnb/app-kit/inventory/updater";
import type { Entry, Inventory } from "../src/release-entry.ts";
import { changes, merge, type Policy } from "./merge.ts";
import { parse, render } from "./render.ts";

/** The sources of releases; a failing one has a reason. */
export interface Sources {
  /** @param report receives a sentence for each unusable version */
  upstream(policy: Policy, report: (text: string) => void): Promise<Inventory>;
  registry(policy: Policy): Promise<readonly Entry[]>;
}

const nothing: Inventory = { entries: [], ltsLines: [] };

/** Updates the releases in the text of a buildpack.toml. A failing source leaves its releases unchanged. */
export async function refresh(text: string, policy: Policy, sources: Sources): Promise<Required<Refreshed>> {
  const [left, failed] = [[] as string[], [] as string[]];
  const keeping = (source: string) => (error: unknown) => {
    failed.push(`kept the releases of ${source} as they are: ${error instanceof Error ? error.message : error}`);
    return nothing;
  };
  const found = await Promise.all([
    sources.upstream(policy, (sentence) => left.push(sentence)).catch(keeping("the Node.js project")),
    sources
      .registry(policy)
      .then((entries) => ({ ...nothing, entries }))
      .catch(keeping("the npm registry")),
  ]);
  const existing = parse(text, "buildpack.toml");
  const merged = merge(existing, join(found), policy);
  const failures = [...left, ...failed.toSorted()]; // in one order, whoever failed first
  return { texts: [render(text, merged)], failures, changes: changes(existing, merged) };
}

const join = (all: readonly Inventory[]): Inventory => ({
  entries: all.flatMap(({ entries }) => entries),
  ltsLines: all.flatMap(({ ltsLines }) => ltsLines),
});
