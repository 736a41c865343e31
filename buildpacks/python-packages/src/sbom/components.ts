import { publicAddress } from "@libcnb/app-kit/addresses";
import { defined, unlessEmpty } from "@libcnb/app-kit/defined";
import { componentScopes, packageUrl, packagesSbom as sbomOf, urlPart } from "@libcnb/app-kit/sbom/packages-sbom";
import type { Component } from "libcnb";
import type { Package } from "../package-manager.ts";
import { bundled, namesOfBundled } from "./bundled.ts";
import { checksumsOf } from "./installed-file.ts";

/**
 * Returns the SBOM components of packages and of the libraries that they contain. The app itself is
 * left out.
 */
export function components(packages: readonly Package[]): readonly Component[] {
  const known = described(
    packages.filter(({ role }) => role !== "app"),
    packages,
  );
  return [...known, ...bundled(packages, new Set(known.map(({ purl }) => purl)))];
}

/**
 * Returns the app itself as a component with its declared dependencies; `undefined` if the app is
 * not among the packages.
 */
export const appComponent = (packages: readonly Package[]): Component | undefined =>
  described(
    packages.filter(({ role }) => role === "app"),
    packages,
  )[0];

function described(some: readonly Package[], all: readonly Package[]): readonly Component[] {
  const references = new Map(all.flatMap((each) => (each.role === "app" ? [] : [[each.name, referenceOf(each)]])));
  return some.map((each) =>
    componentOf(each, [
      ...new Set([...each.dependencies.flatMap((name) => references.get(name) ?? []), ...namesOfBundled(each.bundled)]),
    ]),
  );
}

function componentOf(each: Package, dependencies: readonly string[]): Component {
  const { name, version, licenses = [], source, role } = each;
  const purl = purlOf(each);
  const url = source === undefined ? undefined : addressOf(source);
  const checksums = checksumsOf(each.hashes);
  return {
    type: role === "app" ? "application" : "library",
    name,
    scope: componentScopes[each.scope],
    dependencies,
    ...defined({
      version: version || undefined,
      purl,
      licenses: unlessEmpty(licenses),
      checksums: Object.keys(checksums).length > 0 ? checksums : undefined,
      downloadUrl: url,
    }),
  };
}

/**
 * Returns the reference of a package in the form that the framework expects: its Package URL, or
 * else `name@version`.
 */
const referenceOf = (each: Package): string => purlOf(each) ?? [each.name, each.version].filter(Boolean).join("@");

/**
 * No Package URL for the app's own packages: scanners would take them for those of strangers that happen to have their names.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/pypi-definition.md
 */
const purlOf = ({ name, version, role, source }: Package): string | undefined =>
  role === undefined ? packageUrl("pypi", [name], version, qualifierOf(source)) : undefined;

/**
 * The URL of a package that is not from an index, in a form that all SBOM formats support;
 * `undefined` if it is not a URL.
 */
const addressOf = (source: string): string | undefined => {
  const address = publicAddress(source);
  return /^(https?|git|git\+\w+):\/\/[^/]/.test(address) && URL.canParse(address) ? address : undefined;
};

/**
 * The qualifier for a package's source, because the same name and version in an index may differ.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/types-doc/pypi-definition.md
 */
function qualifierOf(source: string | undefined): string {
  if (source === undefined) return "";
  const address = publicAddress(source);
  if (addressOf(address) === undefined) return `?file_name=${urlPart(address.split("/").at(-1) ?? address)}`;
  return `?${/^\w+\+|^git:/.test(address) ? "vcs_url" : "download_url"}=${urlPart(address)}`;
}

/** Creates the SBOMs of an app's packages. */
export const packagesSbom = (packages: readonly Package[]) => sbomOf(packages, { components, subject: appComponent });
