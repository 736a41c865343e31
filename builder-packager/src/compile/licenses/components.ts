import type { Component } from "libcnb";
import { defined } from "../../defined.ts";
import { type BundledPackage, packageKey } from "../bundle/packages.ts";
import { type NodeArchitecture, nodeRelease } from "../executable/node-release.ts";
import type { EnginePart } from "../small/engine.ts";
import { type PackageLicense, statedLicense } from "./licenses.ts";
import { tarballDigests } from "./npm-integrity.ts";

export interface ProgramFacts {
  readonly packages: readonly BundledPackage[];
  /** The digests of the packages' tarballs, by `name@version`. */
  readonly digests?: ReadonlyMap<string, string>;
  /**
   * The architecture of the Node.js in the program; undefined if the program does not contain
   * Node.js.
   */
  readonly node: NodeArchitecture | undefined;
}

/**
 * Returns the components for a program's SBOM: each package once. If the program contains Node.js,
 * also Node.js with its components.
 */
export function programComponents({
  packages,
  digests = tarballDigests(packages),
  node,
}: ProgramFacts): readonly Component[] {
  const bundled = new Map(
    packages.map((each) => [packageKey(each), npmComponent(each, digests.get(packageKey(each)))]),
  );
  return [...bundled.values(), ...(node === undefined ? [] : nodeComponents(node))];
}

function npmComponent({ name, version, manifest }: BundledPackage, sha512: string | undefined): Component {
  const [, group, base = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const license = statedLicense(manifest);
  return {
    type: "library",
    name: base,
    ...defined({
      group,
      // CycloneDX has no room for longer ones
      version: version !== undefined && version.length <= 1024 ? version : undefined,
      purl: version === undefined ? undefined : npmPurl(name, version),
      licenses: license === undefined ? undefined : [license],
      description: typeof manifest.description === "string" ? manifest.description : undefined,
      checksums: sha512 === undefined ? undefined : { sha512 },
    }),
  };
}

const npmPurl = (name: string, version: string): string =>
  `pkg:npm/${name.split("/").map(encodeURIComponent).join("/")}@${encodeURIComponent(version)}`;

/** Returns the component for a part of the small engine. */
export const engineComponent = ({ name, version, license, purl, cpe }: EnginePart): Component => ({
  type: "library",
  name,
  version,
  purl,
  ...defined({ cpe }),
  licenses: [license],
});

/** Returns the components for Node.js and for what it contains. */
export function nodeComponents(arch: NodeArchitecture): readonly Component[] {
  const { version, contains, packages } = nodeRelease;
  const parts = Object.entries(contains).map(([name, each]) => nodePart(name as keyof typeof contains, each));
  const node: Component = {
    type: "application",
    name: "node",
    version,
    purl: `pkg:generic/node@${version}`,
    cpe: cpe("nodejs", "node.js", version),
    description:
      "Node.js, changed in what it carries only: see docs/decisions/0003-single-file-executables.md of libcnb.ts",
    licenses: ["MIT"],
    checksums: { sha256: packages[arch].binary },
    dependencies: parts.flatMap(({ purl }) => purl ?? []),
  };
  return [node, ...parts];
}

/** The CPE vendor and product names under which vulnerabilities are published. */
const cpeNames: Partial<Record<keyof typeof nodeRelease.contains, readonly [string, string]>> = {
  ares: ["c-ares", "c-ares"],
  brotli: ["google", "brotli"],
  icu: ["icu-project", "international_components_for_unicode"],
  llhttp: ["llhttp", "llhttp"],
  nghttp2: ["nghttp2", "nghttp2"],
  openssl: ["openssl", "openssl"],
  sqlite: ["sqlite", "sqlite"],
  undici: ["nodejs", "undici"],
  uv: ["libuv", "libuv"],
  v8: ["google", "v8"],
  zlib: ["zlib", "zlib"],
  zstd: ["facebook", "zstandard"],
};

const npmParts: readonly string[] = ["acorn", "undici"];

function nodePart(name: keyof typeof nodeRelease.contains, built: string): Component {
  // Vulnerabilities are published for the version without the suffix that Node.js adds.
  const [version = built] = /^\d+(\.\d+)*/.exec(built) ?? [];
  const type = npmParts.includes(name) ? "npm" : "generic";
  const known = cpeNames[name];
  return {
    type: "library",
    name: partNames[name] ?? name,
    version,
    purl: `pkg:${type}/${partNames[name] ?? name}@${version}`,
    ...defined({ cpe: known && cpe(...known, version) }),
  };
}

const partNames: Partial<Record<string, string>> = { ares: "c-ares", uv: "libuv" };

const cpe = (vendor: string, product: string, version: string): string =>
  `cpe:2.3:a:${vendor}:${product}:${version}:*:*:*:*:*:*:*`;

/** Returns the licenses that packages declare, by `name@version`. */
export const licensesByKey = (licenses: readonly PackageLicense[]): ReadonlyMap<string, string | undefined> =>
  new Map(licenses.map((each) => [packageKey(each), each.license]));
