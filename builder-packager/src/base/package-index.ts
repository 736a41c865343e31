import { CnbError } from "../errors.ts";
import { parseDeb822, type Stanza } from "./deb822.ts";
import { type Dependency, parseRelations } from "./relation.ts";
import { compareVersions } from "./version.ts";

/** A binary package as the archive's index describes it. */
export interface BinaryPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Pre-Depends, then Depends. Recommends and Suggests are not followed. */
  readonly depends: readonly Dependency[];
  readonly provides: readonly Dependency[];
  /** Conflicts and Breaks, which mean the same to an image that is never upgraded in place. */
  readonly conflicts: readonly Dependency[];
  readonly replaces: readonly Dependency[];
  readonly priority: string;
  /** Every system has it, so no other package says that it needs it. */
  readonly essential: boolean;
  /** Where the package is, relative to its mirror. */
  readonly filename: string;
  /** Absolute URLs where the package may be, the best first. */
  readonly urls: readonly string[];
  /** Bytes of the `.deb`. */
  readonly size: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** A lock file names it: no index was asked. */
  readonly locked?: boolean;
}

/** All packages that an image may be made of. */
export interface PackageUniverse {
  /** The highest version of a name; the first source wins among equals. */
  candidate(name: string): BinaryPackage | undefined;
  /** Candidates that provide a virtual package, sorted by name. */
  providersOf(name: string): readonly BinaryPackage[];
  names(): Iterable<string>;
  /** Names of the essential packages, sorted. */
  essentials(): readonly string[];
}

/** The text of one Packages file, with the mirror that it is of. */
export interface PackageIndex {
  readonly text: string;
  readonly mirror: string;
  /** What to call the file in messages. */
  readonly source: string;
}

interface Located {
  readonly stanza: string;
  readonly index: PackageIndex;
}

/**
 * Makes package indexes searchable. A stanza is parsed only when somebody asks for its package: a suite has some
 * 60,000 of them, an image needs 50.
 *
 * @example `packageUniverse([{ text, mirror: "http://mirror.example/debian", source: "Packages" }]).candidate("dash")`
 */
export function packageUniverse(indexes: readonly PackageIndex[]): PackageUniverse {
  const located = new Map<string, Located[]>();
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
  readonly located: Map<string, Located[]>;
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

function append(located: Map<string, Located[]>, name: string, item: Located): void {
  const items = located.get(name);
  if (items) items.push(item);
  else located.set(name, [item]);
}

const newest = (packages: readonly BinaryPackage[]): BinaryPackage | undefined =>
  packages.reduce<BinaryPackage | undefined>(
    (best, next) => (best && compareVersions(best.version, next.version) >= 0 ? best : next),
    undefined,
  );

function parsePackage({ stanza, index }: Located): BinaryPackage {
  const fields = parseDeb822(stanza, index.source)[0] ?? new Map<string, string>();
  const filename = required(fields, "filename", index.source);
  return packageOf(fields, index.source, {
    filename,
    urls: [packageUrl(index.mirror, filename)],
    size: Number(required(fields, "size", index.source)),
    sha256: required(fields, "sha256", index.source).toLowerCase(),
  });
}

/** The URL of a package, with `+` as it is: mirrors exist that do not know it in its other form. */
export const packageUrl = (mirror: string, filename: string): string =>
  `${mirror}/${filename.split("/").map(encodeURIComponent).join("/").replaceAll("%2B", "+")}`;

/** The package that a stanza describes, of an index or a control file. */
export function packageOf(
  fields: Stanza,
  source: string,
  { filename, urls, size, sha256 }: Pick<BinaryPackage, "filename" | "urls" | "size" | "sha256">,
): BinaryPackage {
  const [name, version] = [required(fields, "package", source), required(fields, "version", source)];
  if (!/^[a-z0-9][a-z0-9+.-]*$/i.test(name) || !/^[0-9A-Za-z.+:~-]+$/.test(version))
    throw misnamed(name, version, source);
  return {
    name,
    version,
    architecture: required(fields, "architecture", source),
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

const misnamed = (name: string, version: string, source: string): CnbError =>
  new CnbError(
    "BASE_INDEX_INVALID",
    `${source} has a package whose name or version no package can have: ${JSON.stringify(name)} ${JSON.stringify(version)}`,
    { hint: "The file is damaged or hostile; ask whoever serves it." },
  );

function required(fields: Stanza, field: string, source: string): string {
  const value = fields.get(field);
  if (value) return value;
  throw new CnbError(
    "BASE_INDEX_INVALID",
    `${source} has a package without ${field}: ${fields.get("package") ?? "?"}`,
    {
      hint: "The archive must give Package, Version, Architecture, Filename, Size and SHA256 for every package.",
    },
  );
}
