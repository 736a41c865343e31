import { LibcnbError } from "../errors.ts";
import type { Target } from "../spec/target.ts";
import { type Candidate, platformOf } from "./candidates.ts";
import type { InventoryFile } from "./release.ts";
import { type Line, lineOf } from "./versions/line.ts";
import type { Versions } from "./versions/scheme.ts";

/** A requested version, and the source of the request. */
export interface RequestedVersion {
  readonly id: string;
  /** The display name of the dependency. */
  readonly name: string;
  readonly wanted: string;
  /** The source of the request: `BP_NODE_VERSION`, `engines.node of package.json`. */
  readonly source: string | undefined;
}

/** Creates the error for an id without any release. */
export function unknownDependency(id: string, { file, releases }: InventoryFile): LibcnbError<"DEPENDENCY_UNKNOWN"> {
  const ids = [...new Set(releases.map((release) => release.id))].sort();
  return new LibcnbError("DEPENDENCY_UNKNOWN", `${file} has no dependency ${JSON.stringify(id)}`, {
    cause: ids.length === 0 ? "it declares no dependencies" : `it declares ${ids.join(", ")}`,
    hint: `Add [[metadata.dependencies]] with id = ${JSON.stringify(id)}, or correct the buildpack.`,
  });
}

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** Creates the error for an invalid version range. */
export function notARange(
  { name, wanted, source }: RequestedVersion,
  existing: readonly string[],
): LibcnbError<"VERSION_RANGE_INVALID"> {
  const [example = "1.2.3"] = existing;
  const major = /^\d+/.exec(example)?.[0] ?? "1";
  return new LibcnbError(
    "VERSION_RANGE_INVALID",
    `${source ?? `the version of ${name}`} is ${JSON.stringify(shortened(wanted))}, which is not a version range`,
    { hint: `Write a version or a range such as ${JSON.stringify(example)} or "${major}.*".` },
  );
}

/** Creates the error for a range that no release for the platform matches. */
export function unavailable(
  asked: RequestedVersion,
  candidates: readonly Candidate[],
  target: Target,
  versions: Versions,
): LibcnbError<"VERSION_UNAVAILABLE"> {
  const { name, wanted, source } = asked;
  const platform = platformText(target);
  const here = unique(candidates.filter(({ verdict }) => verdict === "does not fit" || verdict === "is a pre-release"));
  const message =
    source === undefined
      ? `there is no ${name} ${wanted} for ${platform}`
      : `${source} requests ${name} ${wanted}, which is not available for ${platform}`;
  return new LibcnbError("VERSION_UNAVAILABLE", message, {
    cause: here.length === 0 ? otherPlatforms(candidates) : existing(here, wanted, versions),
    hint:
      here.length === 0
        ? `Build for another platform, or use a buildpack that has ${name} for ${platform}.`
        : advice(asked, lineOf(wanted, here, versions)),
  });
}

/**
 * The advice for a missing version. A request for an exact version fails again each time that
 * version is removed.
 */
function advice({ source }: RequestedVersion, line: Line | undefined): string {
  const where = source === undefined ? "" : ` in ${source}`;
  if (line === undefined) return `Ask for one of these versions${where}.`;
  return `Ask for ${line.range}${where}: each build then uses the newest ${line.numbers}, now ${line.newest}.`;
}

function existing(here: readonly string[], wanted: string, versions: Versions): string {
  const near = nearest(here, wanted, versions);
  const shown = newestOfLines(here).slice(0, 8);
  const more = here.length - shown.length;
  return `available: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}${near === undefined ? "" : `; the nearest is ${near}`}`;
}

function otherPlatforms(candidates: readonly Candidate[]): string {
  const platforms = [...new Set(candidates.map(({ release }) => platformOf(release)))];
  return `there are only releases for ${platforms.slice(0, 8).join("; ")}`;
}

/** The newest version for each pair of first numbers, if there are many. */
function newestOfLines(newestFirst: readonly string[]): readonly string[] {
  if (newestFirst.length <= 8) return newestFirst;
  const lines = Map.groupBy(newestFirst, (version) => /^\D*\d+(\.\d+)?/.exec(version)?.[0] ?? version);
  return [...lines.values()].flatMap(([newest]) => newest ?? []);
}

/** The next newer version, or else the next older one. */
function nearest(newestFirst: readonly string[], wanted: string, versions: Versions): string | undefined {
  const [number] = /\d+(\.\d+)*/.exec(wanted) ?? [];
  if (number === undefined || newestFirst.length < 2) return undefined;
  const version = number.split(".").slice(0, 3).join(".");
  return newestFirst.findLast((each) => versions.compare(each, version) >= 0) ?? newestFirst[0];
}

const unique = (candidates: readonly Candidate[]): readonly string[] => [
  ...new Set(candidates.map(({ release }) => release.version)),
];

function platformText({ os, arch, variant, distro }: Target): string {
  const system = [os, arch, variant].filter(Boolean).join("/");
  return distro === undefined ? system : `${system} (${[distro.name, distro.version].filter(Boolean).join(" ")})`;
}
