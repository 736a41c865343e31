import { defined, unlessEmpty } from "@libcnb/app-kit/defined";
import { componentScopes, packagesSbom as sbomOf } from "@libcnb/app-kit/sbom/packages-sbom";
import { mavenUrl } from "@libcnb/java-app/coordinates";
import type { Component } from "libcnb";
import type { Package } from "./package.ts";

/** Converts packages to SBOM components, without the app itself. */
export const components = (packages: readonly Package[]): readonly Component[] =>
  described(
    packages.filter(({ role }) => role !== "app"),
    packages,
  );

/**
 * Returns the app itself as a component with its dependencies; `undefined` if the app is not among
 * the packages.
 */
export const appComponent = (packages: readonly Package[]): Component | undefined =>
  described(
    packages.filter(({ role }) => role === "app"),
    packages,
  )[0];

function described(some: readonly Package[], all: readonly Package[]): readonly Component[] {
  const references = new Map(all.flatMap((each) => (each.role === "app" ? [] : [[each.id, referenceOf(each)]])));
  return some.map((each) =>
    componentOf(each, [...new Set(each.dependencies.flatMap((id) => references.get(id) ?? []))]),
  );
}

function componentOf(each: Package, dependencies: readonly string[]): Component {
  const { role, group, name, version, licenses, digests, scope } = each;
  const purl = purlOf(each);
  return {
    type: role === "app" ? "application" : "library",
    name,
    scope: componentScopes[scope],
    dependencies,
    ...defined({
      group: group || undefined,
      version: version || undefined,
      purl,
      licenses: unlessEmpty(licenses),
      checksums: digests && { ...digests },
    }),
  };
}

/** No Package URL for modules of the app: scanners would take them for those of strangers that happen to have their names. */
const purlOf = (each: Package): string | undefined => (each.role === undefined ? mavenUrl(each) : undefined);

/**
 * Returns the reference of a package in the form that the framework expects: its Package URL, or
 * else `group/name@version`.
 */
const referenceOf = (each: Package): string =>
  purlOf(each) ??
  `${each.group === "" ? "" : `${each.group}/`}${each.name}${each.version === "" ? "" : `@${each.version}`}`;

/** Creates the SBOMs of an app and its dependencies. */
export const packagesSbom = (packages: readonly Package[]) => sbomOf(packages, { components, subject: appComponent });
