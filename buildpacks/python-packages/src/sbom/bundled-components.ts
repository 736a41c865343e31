import type { Component } from "libcnb";
import type { Package } from "../package-manager.ts";
import { referenceOf } from "./bundled-component.ts";

/**
 * Returns the libraries bundled in packages, without duplicates. Libraries that are also installed
 * as packages are omitted, because those have better metadata.
 */
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

/**
 * The references to a package's bundled libraries: all those that no other bundled library depends
 * on.
 */
export function namesOfBundled(bundled: readonly Component[] = []): readonly string[] {
  const needed = new Set(bundled.flatMap(({ dependencies = [] }) => dependencies));
  const all = bundled.map(referenceOf);
  const direct = all.filter((name) => !needed.has(name));
  return direct.length > 0 ? direct : all;
}
