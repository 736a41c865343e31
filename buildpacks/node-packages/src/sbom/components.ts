import { packageUrl } from "@libcnb/app-kit/sbom/package-url";
import { componentScopes } from "@libcnb/app-kit/sbom/packages-sbom";
import type { Component } from "libcnb";
import type { Package } from "../package-manager.ts";
import { checksums } from "./integrity.ts";
import { keyOf, merged } from "./merged.ts";
import { addressOf, qualifierOf } from "./source.ts";

/**
 * The SBOM components of packages, each once, sorted, without the app itself. Dependencies on
 * missing packages, such as optional ones for another system, are omitted.
 */
export const components = (packages: readonly Package[]): readonly Component[] =>
  componentsOf(merged(packages)).flatMap(({ role, component }) => (role === "app" ? [] : [component]));

/** The app itself, with the dependencies that it names; `undefined` if it is not among the packages. */
export const appComponent = (packages: readonly Package[]): Component | undefined =>
  componentsOf(merged(packages)).find(({ role }) => role === "app")?.component;

interface Described {
  readonly role: Package["role"];
  readonly component: Component;
}

function componentsOf(packages: readonly Package[]): readonly Described[] {
  const references = Map.groupBy(packages, keyOf);
  return packages.map((each) => {
    const needed = each.dependencies.flatMap((key) => references.get(key) ?? []).map(referenceOf);
    return { role: each.role, component: componentOf(each, [...new Set(needed)]) };
  });
}

function componentOf(each: Package, dependencies: readonly string[]): Component {
  const { version, license, integrity, source } = each;
  const { group, name } = namesOf(each.name || "app");
  const purl = purlOf(each);
  const url = source === undefined ? undefined : addressOf(source);
  return {
    type: each.role === "app" ? "application" : "library",
    ...(group !== undefined && { group }),
    name,
    ...(version !== "" && { version }),
    ...(purl !== undefined && { purl }),
    scope: componentScopes[each.scope],
    ...(license !== undefined && { licenses: [license] }),
    ...(integrity !== undefined && { checksums: checksums(integrity) }),
    ...(url !== undefined && { downloadUrl: url }),
    dependencies,
  };
}

/** As the framework looks for it: by Package URL, else by `group/name@version`. */
const referenceOf = (each: Package): string => purlOf(each) ?? keyOf(each);

/**
 * No Package URL for what no registry has: scanners would take the app, or a workspace, for the package of a stranger that
 * happens to have its name.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md
 */
function purlOf({ name, version, role, source }: Package): string | undefined {
  if (role !== undefined) return undefined;
  return packageUrl("npm", name.split("/"), version, qualifierOf(source));
}

const namesOf = (fullName: string): { readonly group: string | undefined; readonly name: string } => {
  const [, group, name = fullName] = /^(@[^/]+)\/(.+)$/.exec(fullName) ?? [];
  return { group, name };
};
