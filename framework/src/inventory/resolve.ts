import type { Logger } from "../logger/logger.ts";
import { tableLines } from "../logger/table.ts";
import { invalidDescriptor } from "../spec/descriptor.ts";
import type { Target } from "../spec/target.ts";
import { candidateReport } from "./candidate-rows.ts";
import { type Candidate, judge } from "./candidates.ts";
import { endOfLifeWarning } from "./end-of-life.ts";
import type { ResolveOptions } from "./inventory.ts";
import type { InventoryFile, Release } from "./release.ts";
import { notARange, type RequestedVersion, unavailable, unknownDependency } from "./unavailable.ts";
import type { Versions } from "./versions/scheme.ts";
import { longestRange, versionsOf } from "./versions/versions.ts";

/** The target for which a release is chosen, and the log. */
export interface ResolveHost {
  readonly target: Target;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly clock: { now(): number };
}

/**
 * Returns the releases of a dependency.
 *
 * @throws LibcnbError DEPENDENCY_UNKNOWN if there are none
 */
export function releasesOf(id: string, inventory: InventoryFile): readonly Release[] {
  const releases = inventory.releases.filter((release) => release.id === id);
  if (releases.length === 0) throw unknownDependency(id, inventory);
  return releases;
}

/** Chooses a release. {@link Inventory} describes the rules. */
export async function resolveRelease(
  id: string,
  wanted: string | undefined,
  options: ResolveOptions,
  inventory: InventoryFile,
  host: ResolveHost,
): Promise<Release> {
  const versions = await versionsOf(options.scheme ?? "semver");
  const releases = releasesOf(id, inventory);
  checkVersions(inventory, id, versions);
  const asked = askedFor(id, wanted, options, inventory, releases);
  const candidates = candidatesFor(asked, releases, { ...options, ...host, versions });
  const chosen = candidates.find(({ verdict }) => verdict === "chosen")?.release;
  if (chosen === undefined) throw unavailable(asked, candidates, host.target, versions);
  logChoice(chosen, asked, candidates, host);
  return chosen;
}

function askedFor(
  id: string,
  wanted: string | undefined,
  { source }: ResolveOptions,
  { defaultVersions, file }: InventoryFile,
  releases: readonly Release[],
): RequestedVersion {
  const name = releases[0]?.name ?? id;
  const text = wanted?.trim() ?? "";
  if (text !== "" && text !== "default") return { id, name, wanted: text, source };
  const fallback = Object.hasOwn(defaultVersions, id) ? defaultVersions[id] : undefined;
  return { id, name, wanted: fallback ?? "*", source: fallback === undefined ? undefined : `the default of ${file}` };
}

function candidatesFor(
  asked: RequestedVersion,
  releases: readonly Release[],
  {
    versions,
    prereleases = false,
    prefer,
    target,
    env,
  }: ResolveHost & Pick<ResolveOptions, "prereleases" | "prefer"> & { readonly versions: Versions },
): readonly Candidate[] {
  const isRange = asked.wanted.length <= longestRange;
  const admits = isRange ? versions.range(asked.wanted, prereleases) : undefined;
  const admitsPrereleases = isRange ? versions.range(asked.wanted, true) : undefined;
  if (admits === undefined || admitsPrereleases === undefined)
    throw notARange(
      asked,
      releases.map(({ version }) => version),
    );
  const stack = env.CNB_STACK_ID || undefined;
  return judge(releases, { versions, admits, admitsPrereleases, prefer, target, stack });
}

// not when the file is read: the scheme of each dependency is known only here
function checkVersions({ file, releases }: InventoryFile, id: string, versions: Versions): void {
  const issues = releases.flatMap((release, index) =>
    release.id !== id || versions.isVersion(release.version)
      ? []
      : [
          {
            path: `dependencies[${index}].version`,
            message: `${JSON.stringify(release.version)} is not a valid version in the version scheme of the buildpack`,
          },
        ],
  );
  if (issues.length > 0) throw invalidDescriptor(file, issues);
}

function logChoice(
  chosen: Release,
  request: RequestedVersion,
  candidates: readonly Candidate[],
  { log, clock }: ResolveHost,
): void {
  log.step(`Using ${chosen.name} ${chosen.version}${causeOf(request)}`);
  if (request.wanted.replace(/^[=v]+/, "") !== chosen.version) logCandidates(candidates, log);
  const warning = endOfLifeWarning(chosen, clock.now());
  if (warning !== undefined) log.warn(warning);
}

/** The request that led to a version; empty if any version was fine. */
function causeOf({ wanted, source }: RequestedVersion): string {
  if (source !== undefined) return `: ${source} requests ${wanted}`;
  return wanted === "*" ? "" : ` for ${wanted}`;
}

/** Lists in the debug log why each candidate was chosen or not. An exact version needs no list. */
function logCandidates(candidates: readonly Candidate[], log: Logger): void {
  const { rows, others } = candidateReport(candidates);
  if (candidates.length > 1) for (const line of tableLines(rows)) log.debug(line);
  if (others !== undefined) log.debug(others);
}
