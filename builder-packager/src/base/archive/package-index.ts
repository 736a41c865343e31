import { CnbError } from "../../errors.ts";
import { type Dependency, parseRelations } from "../packages/relation.ts";
import { compareVersions } from "../packages/version.ts";
import { parseDeb822, type Stanza } from "./deb822.ts";

/** A binary package, as an index of the package archive describes it. */
export interface BinaryPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /**
   * The dependencies in Pre-Depends, followed by those in Depends. Recommends and Suggests are
   * ignored.
   */
  readonly depends: readonly Dependency[];
  readonly provides: readonly Dependency[];
  /**
   * The relations in Conflicts and Breaks, which are equivalent for an image that is never upgraded
   * in place.
   */
  readonly conflicts: readonly Dependency[];
  readonly replaces: readonly Dependency[];
  readonly priority: string;
  /**
   * True if the package must be on every system, so that other packages need not depend on it
   * explicitly.
   */
  readonly essential: boolean;
  /** The path of the package, relative to its mirror. */
  readonly filename: string;
  /** Absolute URLs of the package, preferred one first. */
  readonly urls: readonly string[];
  /** The size of the `.deb` in bytes. */
  readonly size: number;
  /** The SHA-256 of the `.deb`, as 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** True if the package comes from a lock file instead of an index. */
  readonly locked?: boolean;
}

/** All available packages, which can be looked up by name. */
export interface PackageUniverse {
  /**
   * Returns the highest version of the package with this name. Among equal versions, that of the
   * first index takes precedence.
   */
  candidate(name: string): BinaryPackage | undefined;
  /** Returns the packages that provide a virtual package, sorted by name. */
  providersOf(name: string): readonly BinaryPackage[];
  names(): Iterable<string>;
  /** Returns the names of the essential packages, sorted. */
  essentials(): readonly string[];
}

/** The text of a Packages file, which describes packages, and the URL of its mirror. */
export interface PackageIndex {
  readonly text: string;
  readonly mirror: string;
  /** The name of the Packages file in messages. */
  readonly source: string;
}

interface IndexedStanza {
  readonly stanza: string;
  readonly index: PackageIndex;
}

/**
 * Makes package indexes searchable. A stanza is parsed only on request, because a suite has some
 * 60,000 packages of which an image needs about 50.
 *
 * @example `packageUniverse([{ text, mirror: "http://mirror.example/debian", source: "Packages"
 * }]).candidate("dash")`
 */
export function packageUniverse(indexes: readonly PackageIndex[]): PackageUniverse {
  const located = new Map<string, IndexedStanza[]>();
  const providers = new Map<string, Set<string>>();
  const essentials = new Set<string>();
  for (const index of indexes)
    for (const stanza of index.text.split(/\n\n+/)) locate(stanza, index, { located, providers, essentials });
  const candidates = new Map<string, BinaryPackage | undefined>();
  const candidate = (name: string): BinaryPackage | undefined => {
    if (!candidates.has(name)) candidates.set(name, newest((located.get(name) ?? []).map(parsePackage)));
    return candidates.get(name);
  };
  return {
    candidate,
    providersOf: (name) =>
      [...(providers.get(name) ?? [])]
        .sort()
        .flatMap((provider) => candidate(provider) ?? [])
        .filter(({ provides }) => provides.flat().some((relation) => relation.name === name)),
    names: () => located.keys(),
    essentials: () => [...essentials].sort(),
  };
}

interface Tables {
  readonly located: Map<string, IndexedStanza[]>;
  readonly providers: Map<string, Set<string>>;
  readonly essentials: Set<string>;
}

function locate(stanza: string, index: PackageIndex, { located, providers, essentials }: Tables): void {
  const name = /(?:^|\n)Package:[ \t]*(\S+)/.exec(stanza)?.[1];
  if (!name) return;
  append(located, name, { stanza, index });
  if (stanza.includes("\nEssential: yes")) essentials.add(name);
  const start = stanza.indexOf("\nProvides:");
  if (start < 0) return;
  const value = /\nProvides:((?:[^\n]|\n[ \t])*)/.exec(stanza.slice(start))?.[1];
  for (const { name: virtual } of parseRelations(value).flat()) {
    const names = providers.get(virtual) ?? new Set();
    providers.set(virtual, names.add(name));
  }
}

function append(located: Map<string, IndexedStanza[]>, name: string, item: IndexedStanza): void {
  const items = located.get(name);
  if (items) items.push(item);
  else located.set(name, [item]);
}

const newest = (packages: readonly BinaryPackage[]): BinaryPackage | undefined =>
  packages.reduce<BinaryPackage | undefined>(
    (best, next) => (best && compareVersions(best.version, next.version) >= 0 ? best : next),
    undefined,
  );

function parsePackage({ stanza, index }: IndexedStanza): BinaryPackage {
  const fields = parseDeb822(stanza, index.source)[0] ?? new Map<string, string>();
  const filename = required(fields, "Filename", index.source);
  return packageOf(fields, index.source, {
    filename,
    urls: [packageUrl(index.mirror, filename)],
    size: Number(required(fields, "Size", index.source)),
    sha256: required(fields, "SHA256", index.source).toLowerCase(),
  });
}

/**
 * Returns the URL of a package. A `+` in the URL is not escaped, because some mirrors do not
 * support the escaped form.
 */
export const packageUrl = (mirror: string, filename: string): string =>
  `${mirror}/${filename.split("/").map(encodeURIComponent).join("/").replaceAll("%2B", "+")}`;

/** Creates the package described by a stanza of an index or a control file. */
export function packageOf(
  fields: Stanza,
  source: string,
  { filename, urls, size, sha256 }: Pick<BinaryPackage, "filename" | "urls" | "size" | "sha256">,
): BinaryPackage {
  const [name, version] = [required(fields, "Package", source), required(fields, "Version", source)];
  if (!/^[a-z0-9][a-z0-9+.-]*$/i.test(name) || !/^[0-9A-Za-z.+:~-]+$/.test(version))
    throw misnamed(name, version, source);
  return {
    name,
    version,
    architecture: required(fields, "Architecture", source),
    depends: [...parseRelations(fields.get("pre-depends")), ...parseRelations(fields.get("depends"))],
    provides: parseRelations(fields.get("provides")),
    conflicts: [...parseRelations(fields.get("conflicts")), ...parseRelations(fields.get("breaks"))],
    replaces: parseRelations(fields.get("replaces")),
    priority: fields.get("priority") ?? "optional",
    essential: fields.get("essential") === "yes",
    filename,
    urls,
    size,
    sha256,
  };
}

const damaged =
  "The index, package or image is damaged. Pass another mirror with --mirror URL, or extend another image.";

const misnamed = (name: string, version: string, source: string): CnbError =>
  new CnbError(
    "BASE_INDEX_INVALID",
    `${source} lists a package with an invalid name or version: name ${JSON.stringify(name)}, version ${JSON.stringify(version)}`,
    { hint: damaged },
  );

function required(fields: Stanza, field: string, source: string): string {
  const value = fields.get(field.toLowerCase());
  if (value) return value;
  const name = fields.get("package");
  throw new CnbError(
    "BASE_INDEX_INVALID",
    `${name ? `the package ${name}` : "a package without a name"} in ${source} has no field ${field}`,
    { hint: damaged },
  );
}
