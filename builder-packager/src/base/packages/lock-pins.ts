import type { LockFile, TargetLock } from "../../config/lock-file.ts";
import { CnbError } from "../../errors.ts";
import { type Digest, parseDigest } from "../../oci/model/digest.ts";
import { formatImageReference } from "../../oci/model/reference.ts";
import type { BinaryPackage } from "../archive/package-index.ts";
import type { BasePlan, DebianArchitecture } from "../base-plan.ts";
import type { ArchiveRelease } from "../tree/os-release.ts";

/** The packages of a build image and its run image. */
export interface SelectedPackages {
  readonly build: readonly BinaryPackage[];
  readonly run: readonly BinaryPackage[];
  /** The package that provides the locale, if one is needed. */
  readonly locale?: BinaryPackage | undefined;
}

/** The packages that a lock file pins for one architecture, and the archive's release. */
export interface Pins extends ArchiveRelease {
  readonly packages: readonly PinnedPackage[];
}

/** A package that a lock file pins. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  readonly size: number;
  readonly filename: string;
  /** The section of the lock file that lists the package. */
  readonly section: Section;
}

const sections = ["packages", "build-packages", "run-packages", "locale-packages"] as const;

type Section = (typeof sections)[number];

export const targetOf = (lock: LockFile, architecture: DebianArchitecture): TargetLock =>
  lock.target(`linux/${architecture}`);

/** The request that determines the packages; a lock file is valid only for the same request. */
function requestOf(plan: BasePlan): ReadonlyMap<string, string> {
  const list = (names: readonly string[]) => [...new Set(names)].sort().join(" ");
  return new Map([
    ["suite", plan.suite],
    ["components", plan.components.join(" ")],
    ["packages", list(plan.packages)],
    ["build-packages", list(plan.build.packages)],
    ["run-packages", list(plan.run.packages)],
    ["without", list(plan.without)],
    ["variants", `${plan.build.variant} ${plan.run.variant}`],
    ["timezone", plan.timeZone === undefined ? "no" : "yes"],
    ["locale", plan.locale ?? ""],
  ]);
}

/** Records the requested package names and the chosen packages in a lock file. */
export function notePins(
  lock: TargetLock,
  plan: BasePlan,
  { packages, origin = "", version = "", codename = "" }: Pins,
  below: ReadonlyMap<string, Digest>,
): void {
  for (const [name, value] of requestOf(plan)) lock.found("request", name, value);
  lock.found("archive", "origin", origin);
  lock.found("archive", "version", version);
  lock.found("archive", "codename", codename);
  for (const [name, digest] of below) lock.found("extends", name, digest);
  for (const item of packages) lock.found(item.section, item.name, pinText(item));
}

/** Returns the lock file's records of packages that were chosen from an archive. */
export function pinsOf({ build, run, locale }: SelectedPackages): PinnedPackage[] {
  const inRun = new Set(run.map(({ sha256 }) => sha256));
  const inBuild = new Set(build.map(({ sha256 }) => sha256));
  const pin =
    (section: Section) =>
    (item: BinaryPackage): PinnedPackage => ({ ...item, section });
  return [
    ...build.map((item) => pin(inRun.has(item.sha256) ? "packages" : "build-packages")(item)),
    ...run.filter((item) => !inBuild.has(item.sha256)).map(pin("run-packages")),
    ...(locale ? [pin("locale-packages")(locale)] : []),
  ];
}

const pinText = ({ version, sha256, size, filename }: PinnedPackage): string =>
  `${version} sha256:${sha256} ${size} ${filename}`;

/**
 * Reads the packages that a lock file pins for one architecture. Returns undefined if the file does
 * not pin any for it.
 *
 * @throws CnbError LOCK_INVALID
 */
export function readPins(lock: TargetLock): Pins | undefined {
  if (lock.pinned("request", "suite") === undefined) return undefined;
  const packages = sections.flatMap((section) =>
    lock.names(section).map((name) => parsePin(section, name, lock.pinned(section, name) ?? "")),
  );
  const fact = (name: string) => lock.pinned("archive", name) || undefined;
  return { packages, origin: fact("origin"), version: fact("version"), codename: fact("codename") };
}

function parsePin(section: Section, name: string, text: string): PinnedPackage {
  const [, version = "", sha256 = "", size, filename = ""] =
    /^(\S+) sha256:([0-9a-f]{64}) (\d{1,12}) (\S.*)$/.exec(text) ?? [];
  if (size !== undefined && !filename.split("/").includes(".."))
    return { name, version, sha256, size: Number(size), filename, section };
  throw new CnbError(
    "LOCK_INVALID",
    `the entry ${JSON.stringify(name)} in the section ${JSON.stringify(section)} of the lock file does not have the form "VERSION sha256:DIGEST SIZE FILE"`,
    {
      hint: "Restore the lock file from version control, or renew it with --update-lock.",
    },
  );
}

/** Returns the digests of extended images that a lock file pins, by image name. */
export function pinnedBelow(lock: TargetLock | undefined, plan: BasePlan): ReadonlyMap<string, Digest> {
  const names = [plan.build.extend, plan.run.extend].flatMap((reference) =>
    reference ? [formatImageReference(reference)] : [],
  );
  return new Map(
    names.flatMap((name) => {
      const digest = lock?.pinned("extends", name);
      return digest === undefined ? [] : [[name, parseDigest(digest)] as const];
    }),
  );
}
