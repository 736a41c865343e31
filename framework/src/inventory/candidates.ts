import type { Distro, Target } from "../spec/target.ts";
import type { Release } from "./release.ts";
import type { Versions } from "./versions/scheme.ts";

/** The verdict about a release: `chosen`, or the reason why it is not chosen. */
export type Verdict =
  | "for another system"
  | "for another distribution"
  | "does not fit"
  | "is a pre-release"
  | "is older"
  | "is not preferred"
  | "is less specific"
  | "chosen";

export interface Candidate {
  readonly release: Release;
  readonly verdict: Verdict;
}

/** The criteria for choosing a release. */
export interface ReleaseRequest {
  readonly versions: Versions;
  readonly admits: (version: string) => boolean;
  /** Returns true for versions in the range, including pre-releases. */
  readonly admitsPrereleases: (version: string) => boolean;
  /** Returns true for matching releases that are preferred over newer ones. */
  readonly prefer?: ((release: Release) => boolean) | undefined;
  readonly target: Target;
  /** The value of CNB_STACK_ID, which older platforms still set. */
  readonly stack: string | undefined;
}

/**
 * Compares all releases of a dependency with the request, newest first. If any release matches,
 * exactly one release is chosen.
 */
export function judge(releases: readonly Release[], request: ReleaseRequest): readonly Candidate[] {
  const sorted = releases.toSorted(
    (a, b) => request.versions.compare(b.version, a.version) || specificity(b) - specificity(a),
  );
  const first = sorted.map((release) => ({ release, verdict: mismatch(release, request) }));
  const fitting = first.flatMap(({ release, verdict }) => (verdict === undefined ? [release] : []));
  const winner = fitting.find((release) => request.prefer?.(release)) ?? fitting[0];
  return first.map(({ release, verdict }) => ({ release, verdict: verdict ?? verdictOn(release, winner, request) }));
}

function verdictOn(release: Release, winner: Release | undefined, { versions }: ReleaseRequest): Verdict {
  if (release === winner || winner === undefined) return "chosen";
  const difference = versions.compare(release.version, winner.version);
  if (difference === 0) return "is less specific";
  return difference > 0 ? "is not preferred" : "is older";
}

function mismatch(release: Release, request: ReleaseRequest): Verdict | undefined {
  if (!isForSystem(release, request.target)) return "for another system";
  if (!isForDistro(release, request.target.distro, request.stack)) return "for another distribution";
  if (request.admits(release.version)) return undefined;
  return request.admitsPrereleases(release.version) ? "is a pre-release" : "does not fit";
}

// a target without a variant may be any
const isForSystem = ({ os, arch, variant }: Release, target: Target): boolean =>
  (os === undefined || os === target.os) &&
  (arch === undefined || arch === target.arch) &&
  (variant === undefined || target.variant === undefined || variant === target.variant);

function isForDistro({ distros, stacks }: Release, distro: Distro | undefined, stack: string | undefined): boolean {
  const byDistro =
    distros.length === 0 ||
    distros.some(({ name, version }) => name === distro?.name && (!version || version === distro.version));
  return (
    byDistro &&
    (stacks.length === 0 || stacks.some((each) => each === "*" || each === stack || isStackOf(each, distro)))
  );
}

// The stacks that inventories name although targets have taken their place.
const stackDistros: Readonly<Record<string, string>> = { bionic: "18.04", jammy: "22.04", noble: "24.04" };

function isStackOf(stack: string, distro: Distro | undefined): boolean {
  const [, name = ""] = /^io\.buildpacks\.stacks\.([a-z]+)/.exec(stack) ?? [];
  return distro?.name === "ubuntu" && distro.version !== undefined && stackDistros[name] === distro.version;
}

/** Ranks a release for exactly this platform above one for any platform. */
const specificity = ({ os, arch, variant, distros, stacks }: Release): number =>
  [os, arch, variant, distros[0], stacks.find((stack) => stack !== "*") && !stacks.includes("*")].filter(Boolean)
    .length;

/** Formats the platform of a release: `linux/arm64`, `any`. */
export function platformOf({ os, arch, variant, distros, stacks }: Release): string {
  const system =
    os === undefined && arch === undefined ? "any" : [os ?? "any", arch ?? "any", variant].filter(Boolean).join("/");
  const names =
    distros.length > 0 ? distros.map(({ name, version }) => (version ? `${name} ${version}` : name)) : stacks;
  return names.length === 0 || names.includes("*") ? system : `${system} (${names.join(", ")})`;
}
