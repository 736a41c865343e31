import { type Component, sboms } from "libcnb";
import { emitSboms } from "libcnb/internal";
import { defined } from "../defined.ts";
import { parseDeb822, type Stanza } from "./archive/deb822.ts";
import type { ImageBelow } from "./image-below.ts";
import type { Distribution } from "./image-config.ts";
import { licensesIn } from "./packages/licenses.ts";
import { parseRelations } from "./packages/relation.ts";
import type { UnpackablePackage } from "./packages/unpack.ts";
import { canonicalPath, type FileTree, fileAt } from "./tree/file-tree.ts";

/** All formats that platforms and scanners support. */
const documentFormats = ["application/vnd.cyclonedx+json", "application/spdx+json"];
const syftFormat = "application/vnd.syft+json";

/** An installed package with its own metadata. */
interface InstalledPackage {
  readonly stanza: Stanza;
  /** The SHA-256 of the `.deb`, if available. */
  readonly sha256?: string;
}

/**
 * Creates the SBOM of an image in each format. The keys are file extensions: `cdx.json`,
 * `spdx.json`, `syft.json`. The same packages give the same bytes.
 */
export async function baseSbom(
  tree: FileTree,
  packages: readonly UnpackablePackage[],
  below: ImageBelow | undefined,
  distribution: Distribution,
): Promise<Readonly<Record<string, string>>> {
  const added = packages.map(
    (item): InstalledPackage => ({
      stanza: parseDeb822(item.control, item.package.name)[0] ?? new Map(),
      sha256: item.package.sha256,
    }),
  );
  const installed = [...[...(below?.stanzas.values() ?? [])].map((stanza): InstalledPackage => ({ stanza })), ...added];
  const names = namesOf(installed, distribution);
  const components = installed.map((item) => componentOf(tree, item, names, distribution));
  const system = operatingSystem(distribution);
  return {
    ...(await emitSboms(sboms([system, ...components]), documentFormats)),
    ...withDistro(await emitSboms(sboms(components), [syftFormat]), tree, distribution),
  };
}

const operatingSystem = ({ name, version }: Distribution): Component => ({ type: "operating-system", name, version });

/** The Package URL for each name: packages by their own name, then by the names they provide. */
function namesOf(installed: readonly InstalledPackage[], distribution: Distribution): ReadonlyMap<string, string> {
  const own = installed.map(({ stanza }) => [nameOf(stanza), packageUrlOf(stanza, distribution)] as const);
  const provided = installed.flatMap(({ stanza }) =>
    parseRelations(stanza.get("provides"))
      .flat()
      .map(({ name }) => [name, packageUrlOf(stanza, distribution)] as const),
  );
  return new Map([...provided, ...own]);
}

const nameOf = (stanza: Stanza): string => stanza.get("package") ?? "";

function componentOf(
  tree: FileTree,
  { stanza, sha256 }: InstalledPackage,
  names: ReadonlyMap<string, string>,
  distribution: Distribution,
): Component {
  const name = nameOf(stanza);
  const description = stanza.get("description")?.split("\n", 1)[0];
  const supplier = stanza.get("maintainer")?.replace(/\s*<.*$/, "");
  const needed = [...parseRelations(stanza.get("pre-depends")), ...parseRelations(stanza.get("depends"))];
  const dependencies = needed.flat().flatMap((relation) => names.get(relation.name) ?? []);
  const purl = packageUrlOf(stanza, distribution);
  return {
    name,
    version: stanza.get("version") ?? "",
    purl,
    licenses: licensesIn(copyrightOf(tree, name)),
    dependencies: [...new Set(dependencies.filter((other) => other !== purl))].sort(),
    ...defined({
      description: description || undefined,
      supplier: supplier || undefined,
      checksums: sha256 ? { sha256 } : undefined,
    }),
  };
}

/**
 * The Package URL in the form that scanners use: they match advisories by the distribution and the
 * source package.
 */
function packageUrlOf(stanza: Stanza, { name, version }: Distribution): string {
  const [, source, sourceVersion] = /^(\S+)(?:\s+\(([^)]+)\))?$/.exec(stanza.get("source") ?? "") ?? [];
  const upstream = source && source + (sourceVersion ? `@${sourceVersion}` : "");
  const qualifiers = Object.entries({
    arch: stanza.get("architecture"),
    distro: version ? `${name}-${version}` : name,
    upstream,
  }).flatMap(([key, value]) => (value ? [`${key}=${encodeURIComponent(value)}`] : []));
  const path = [name, nameOf(stanza)].map(encodeURIComponent).join("/");
  return `pkg:deb/${path}@${encodeURIComponent(stanza.get("version") ?? "")}?${qualifiers.join("&")}`;
}

function copyrightOf(tree: FileTree, name: string): string {
  const path = canonicalPath(tree, `usr/share/doc/${name}/copyright`, "follow");
  return Buffer.from(fileAt(tree, path) ?? "").toString("utf8");
}

/** Adds the distribution to Syft's format, without which scanners find no advisories for its packages. */
function withDistro(
  texts: Readonly<Record<string, string>>,
  tree: FileTree,
  { name, version }: Distribution,
): Record<string, string> {
  const osRelease = Buffer.from(fileAt(tree, "etc/os-release") ?? "").toString("utf8");
  const prettyName = /^PRETTY_NAME=["']?([^"'\n]*)["']?$/m.exec(osRelease)?.[1];
  const distro = { prettyName: prettyName || undefined, name, id: name, versionID: version };
  const add = (text: string) => `${JSON.stringify({ ...JSON.parse(text), distro }, null, 2)}\n`;
  return Object.fromEntries(Object.entries(texts).map(([extension, text]) => [extension, add(text)]));
}
