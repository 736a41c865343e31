import { defined } from "../defined.ts";
import type { Bom, BomComponent } from "./bom.ts";
import { fullName } from "./facts.ts";
import { sbomFormats } from "./format.ts";
import { allOf, type License } from "./license.ts";

/**
 * Formats a document as Syft's JSON. The format has no fields for checksums, suppliers,
 * descriptions or URLs of a package.
 */
export function syftJson(bom: Bom): string {
  const { subject, digest } = bom;
  const { version } = sbomFormats.syft;
  const components = subject === undefined ? bom.components : [subject, ...bom.components];
  const ids = new Map(components.map(({ ref, id }) => [ref, id]));
  const document = {
    artifacts: components.map(artifact),
    artifactRelationships: components.flatMap(({ id, scope, dependsOn }) => [
      // the schema allows any metadata for a relationship, but for a package only the fields of its type
      { parent: digest, child: id, type: "contains", ...defined({ metadata: scope && { scope } }) },
      // in the opposite direction of other formats: `parent` is the dependency, and `child` needs it
      ...dependsOn.map((ref) => ({ parent: ids.get(ref), child: id, type: "dependency-of" })),
    ]),
    source: {
      id: digest,
      name: subject === undefined ? "buildpack-sbom" : fullName(subject),
      version: subject?.version ?? "",
      type: "directory",
      metadata: { path: "." },
    },
    distro: {},
    descriptor: { name: "libcnb", version: "" }, // a version would change the bytes with each release
    schema: {
      version,
      url: `https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-${version}.json`,
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function artifact(component: BomComponent): Readonly<Record<string, unknown>> {
  const { id, version = "", purl = "", cpes, licenses } = component;
  const [type, language] = kinds.get(/^pkg:([^/]+)/.exec(purl)?.[1] ?? "") ?? ["UnknownPackage", ""];
  return {
    id,
    name: type === "java-archive" ? component.name : fullName(component), // a Maven group is in the Package URL only
    version,
    type,
    foundBy: "libcnb",
    locations: [],
    licenses: licenses.map(licenseOf),
    language,
    cpes: cpes.map((cpe) => ({ cpe, source: "declared" })),
    purl,
  };
}

function licenseOf(license: License): Readonly<Record<string, unknown>> {
  const spdxExpression = license.kind === "named" ? "" : allOf([license], (name) => name);
  const value = license.kind === "named" ? license.name : spdxExpression;
  return { value, spdxExpression, type: "declared", urls: [], locations: [] };
}

/** Syft's package types and languages, by the type of the Package URL. */
const kinds: ReadonlyMap<string, readonly [type: string, language: string]> = new Map([
  ["alpm", ["alpm", ""]],
  ["apk", ["apk", ""]],
  ["bitnami", ["bitnami", ""]],
  ["cargo", ["rust-crate", "rust"]],
  ["cocoapods", ["pod", "swift"]],
  ["composer", ["php-composer", "php"]],
  ["conan", ["conan", "c++"]],
  ["cran", ["R-package", "R"]],
  ["deb", ["deb", ""]],
  ["gem", ["gem", "ruby"]],
  ["generic", ["binary", ""]],
  ["golang", ["go-module", "go"]],
  ["hackage", ["hackage", "haskell"]],
  ["hex", ["hex", ""]],
  ["luarocks", ["lua-rocks", "lua"]],
  ["maven", ["java-archive", "java"]],
  ["npm", ["npm", "javascript"]],
  ["nuget", ["dotnet", "dotnet"]],
  ["pub", ["dart-pub", "dart"]],
  ["pypi", ["python", "python"]],
  ["rpm", ["rpm", ""]],
  ["swift", ["swift", "swift"]],
]);
