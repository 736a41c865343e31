import type { Component } from "libcnb";
import type { Package } from "../package-manager.ts";
import { referenceOf } from "./bundled-component.ts";

/** What packages were made of, each once, without what is installed itself: an installed package is known better. */
export function bundled(packages: readonly Package[], installed: ReadonlySet<string | undefined>) {
  const all = packages.flatMap(({ bundled = [], scope }) =>
    bundled.map((each): Component => (scope === "optional" ? { ...each, scope } : each)),
  );
  const others = all.filter(({ purl }) => purl === undefined || !installed.has(purl));
  return Array.from(Map.groupBy(others, referenceOf).values(), merged);
}

/** One that several packages were made of: what any of them requires is required. */
function merged(same: readonly Component[]): Component {
  const scopes = new Set(same.map(({ scope }) => scope ?? "required"));
  const dependencies = [...new Set(same.flatMap((each) => each.dependencies ?? []))];
  return { ...(same[0] as Component), scope: scopes.has("required") ? "required" : "optional", dependencies };
}

/** References to what a package was made of: to all that nothing else that it was made of needs. */
export function namesOfBundled(bundled: readonly Component[] = []): readonly string[] {
  const needed = new Set(bundled.flatMap(({ dependencies = [] }) => dependencies));
  const all = bundled.map(referenceOf);
  const direct = all.filter((name) => !needed.has(name));
  return direct.length > 0 ? direct : all;
}
