import { publicAddress } from "@libcnb/app-kit/addresses";
import { defined } from "@libcnb/app-kit/defined";
import {
  componentScopes,
  isDigest,
  packageUrl,
  packagesSbom as sbomOf,
  urlPart,
} from "@libcnb/app-kit/sbom/packages-sbom";
import type { Component } from "libcnb";
import type { Package } from "../package-manager.ts";

/**
 * Returns the SBOM components of packages, sorted and without duplicates. The app itself is left
 * out. Dependencies on missing packages, such as optional packages for another system, are omitted.
 */
export const components = (packages: readonly Package[]): readonly Component[] =>
  componentsOf(merged(packages)).flatMap(({ role, component }) => (role === "app" ? [] : [component]));

/**
 * Returns the app itself as a component with its declared dependencies; `undefined` if the app is
 * not among the packages.
 */
export const appComponent = (packages: readonly Package[]): Component | undefined =>
  componentsOf(merged(packages)).find(({ role }) => role === "app")?.component;

interface DescribedPackage {
  readonly role: Package["role"];
  readonly component: Component;
}

function componentsOf(packages: readonly Package[]): readonly DescribedPackage[] {
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
    name,
    scope: componentScopes[each.scope],
    dependencies,
    ...defined({
      group,
      version: version || undefined,
      purl,
      licenses: license === undefined ? undefined : [license],
      checksums: integrity === undefined ? undefined : checksums(integrity),
      downloadUrl: url,
    }),
  };
}

/**
 * Returns the reference of a package in the form that the framework expects: its Package URL, or
 * else `group/name@version`.
 */
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

/**
 * Converts the digests in a subresource integrity value to hexadecimal digits. A value may have
 * several digests, separated by blanks. Unknown algorithms are ignored.
 *
 * @see https://www.w3.org/TR/SRI/
 */
export function checksums(integrity: string): NonNullable<Component["checksums"]> {
  const digests = integrity.split(/\s+/).flatMap((text) => {
    const [, algorithm = "", digest = ""] = /^([a-z0-9]+)-([A-Za-z0-9+/]+={0,2})(?:\?|$)/.exec(text) ?? [];
    const hex = Buffer.from(digest, "base64").toString("hex");
    return isDigest(algorithm, hex) ? [[algorithm, hex] as const] : [];
  });
  return Object.fromEntries(digests);
}

/** Returns `name@version`, by which packages refer to their dependencies. */
export const keyOf = ({ name, version }: Pick<Package, "name" | "version">): string => `${name}@${version}`;
/**
 * Each package once, sorted: a tree may contain one several times, for the app and for a
 * development tool. The strongest scope is used, and the dependencies are merged.
 */
function merged(packages: readonly Package[]): readonly Package[] {
  const groups = Map.groupBy(packages, identity);
  return [...groups.keys()].toSorted().flatMap((key) => united(groups.get(key) ?? []));
}

// a package of the app itself and one of a registry may have one name and version; so may one of a git repository
const identity = (each: Package): string => JSON.stringify([keyOf(each), each.role ?? "", each.source ?? ""]);
const strength: readonly Package["scope"][] = ["runtime", "optional", "development"];
function united(group: readonly Package[]): readonly Package[] {
  const [first, ...others] = group;
  if (first === undefined) return [];
  const scope = strength.find((each) => group.some((member) => member.scope === each)) ?? first.scope;
  const dependencies = [...new Set(group.flatMap((member) => member.dependencies))].toSorted();
  return [{ ...Object.assign({}, ...others.toReversed(), first), scope, dependencies }];
}

/** The URL of a package that is not from a registry, in a form that all SBOM formats support. */
function addressOf(given: string): string | undefined {
  const source = publicAddress(given);
  const address = gitAddress(source) ?? source;
  return /^(https?|git|git\+\w+):\/\/[^/]/.test(address) && URL.canParse(address) ? address : undefined;
}

/**
 * The qualifier for a package's source, because the same name and version in a registry may differ.
 *
 * @see https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst
 */
function qualifierOf(given: string | undefined): string {
  if (given === undefined) return "";
  const source = publicAddress(given);
  const git = gitAddress(source);
  return `?${git === undefined ? "download_url" : "vcs_url"}=${urlPart(git ?? source)}`;
}

/**
 * Returns the Git URL of a package, in the form `git+ssh://host/path#commit`. Returns `undefined`
 * if the source is not a Git repository.
 */
function gitAddress(source: string): string | undefined {
  if (/^git(\+\w+)?:\/\//.test(source)) return source;
  if (/^ssh:\/\/|^https?:\/\/[^#]+\.git(#|$)/.test(source)) return `git+${source}`;
  const [, host, path] = /^(?:[^/:@]+@)?([^/:@]+):(?!\/\/)([^/].*)$/.exec(source) ?? [];
  return host === undefined ? undefined : `git+ssh://${host}/${path}`;
}

/** Creates the SBOMs of an app's packages. */
export const packagesSbom = (packages: readonly Package[]) => sbomOf(packages, { components, subject: appComponent });
