import { dirname } from "node:path";
import type { Release } from "libcnb";
import { endOfLifeWarning } from "libcnb/internal";
import { concurrently } from "../concurrently.ts";
import { defined } from "../defined.ts";
import { addressCheck } from "../lint/address-check.ts";
import { withoutSecrets } from "../text/address.ts";
import { checksumOf } from "./checksum-file.ts";
import { type FoundUpdates, findUpdates, type InventoryInput, messageOf } from "./find-updates.ts";
import type { InventoryHost } from "./index-reader.ts";
import { type ReleaseId, releaseKey } from "./published-release.ts";
import { shownId } from "./update-inventory.ts";

/** The checks of an inventory: the name of each is a value of `--skip`. */
export const inventoryChecks = ["source", "newer", "checksum", "url", "end-of-life"] as const;

export type InventoryCheck = (typeof inventoryChecks)[number];

/** A problem of an inventory. */
export interface InventoryFinding {
  readonly check: InventoryCheck;
  /** A warning does not change the exit code. */
  readonly severity: "error" | "warning";
  /** The id of the dependency, and its version if the finding is about one release. */
  readonly id: string;
  readonly version?: string | undefined;
  readonly message: string;
}

/** Options of {@link checkInventory}. */
export interface CheckOptions {
  /** Checks to leave out. */
  readonly skip?: readonly InventoryCheck[];
  /** True to download each file and compare its checksum. Default: compares with the published one. */
  readonly download?: boolean;
}

/**
 * Checks an inventory and returns the findings. The findings are sources that cannot be read,
 * missing newer releases, checksums that differ from those that the sources publish, URLs that
 * cannot be downloaded, and releases whose support has ended or ends within 30 days.
 *
 * @throws CnbError INVENTORY_INVALID
 */
export async function checkInventory(
  input: InventoryInput,
  host: InventoryHost,
  { skip = [], download = false }: CheckOptions = {},
): Promise<readonly InventoryFinding[]> {
  const found = await findUpdates(input, host);
  const checks: Readonly<Record<InventoryCheck, () => Promise<readonly InventoryFinding[]>>> = {
    source: async () =>
      found.failures.map(({ ids, message }) => ({ check: "source", severity: "error", id: ids.join(", "), message })),
    newer: () => missingReleases(found),
    checksum: () => (download ? wrongFiles(found, host) : wrongChecksums(found, host)),
    url: () => unreachableFiles(found, input.file, host),
    "end-of-life": async () => endingSupport(found, host.now ?? Date.now()),
  };
  const findings: InventoryFinding[] = [];
  for (const check of inventoryChecks) if (!skip.includes(check)) findings.push(...(await checks[check]()));
  return findings.map((finding) => ({ ...finding, message: withoutSecrets(finding.message) }));
}

async function missingReleases({ dependencies }: FoundUpdates): Promise<readonly InventoryFinding[]> {
  const selections = await Promise.all(
    dependencies.map(async ({ id, isCopy, published, select }) => ({ id, isCopy, ...(await select(published)) })),
  );
  return selections.flatMap(({ id, isCopy, added, dropped, outside }): InventoryFinding[] => [
    ...(isCopy ? differencesOf(id, dropped, added) : added.map(({ release }) => missing(release))),
    ...(outside === undefined
      ? []
      : [
          {
            check: "newer" as const,
            severity: "warning" as const,
            id,
            version: outside,
            message: `${id} ${outside} is published, and no constraint includes it`,
          },
        ]),
  ]);
}

const missing = (release: ReleaseId): InventoryFinding =>
  newerError(release, "is published and missing in the inventory");

const newerError = (release: ReleaseId, reason: string): InventoryFinding => ({
  check: "newer",
  severity: "error",
  id: release.id,
  version: release.version,
  message: `${shownId(release)} ${reason}`,
});

/** The differences of a dependency that is a copy of another inventory. */
function differencesOf(
  id: string,
  dropped: readonly ReleaseId[],
  added: readonly { readonly release: ReleaseId }[],
): readonly InventoryFinding[] {
  const [before, after] = [dropped, added.map(({ release }) => release)].map(
    (all) => new Map(all.map((release) => [releaseKey(release), release])),
  ) as [Map<string, ReleaseId>, Map<string, ReleaseId>];
  return [...new Map([...before, ...after])].map(([key, release]) => {
    if (!before.has(key)) return newerError(release, `is missing: the inventory that ${id} is copied from has it`);
    if (!after.has(key)) return newerError(release, `is not in the inventory that ${id} is copied from`);
    return newerError(release, `differs from the entry of the inventory that ${id} is copied from`);
  });
}

const limit = 4;

/** Compares the checksums with the published ones of the same files. */
async function wrongChecksums({ releases, dependencies }: FoundUpdates, { signal }: InventoryHost) {
  const published = new Map(
    dependencies.flatMap((each) => each.published.map((release) => [releaseKey(release), release])),
  );
  const findings = await concurrently(
    releases,
    async (release): Promise<readonly InventoryFinding[]> => {
      try {
        const found = await published.get(releaseKey(release))?.checksum?.();
        return found === undefined || found.uri !== release.uri || sameChecksum(release.checksum, found.checksum)
          ? []
          : [wrongChecksum(release, `the source publishes ${found.checksum}`)];
      } catch (error) {
        signal?.throwIfAborted();
        return [wrongChecksum(release, `the published checksum cannot be read: ${messageOf(error, release.id)}`)];
      }
    },
    { limit },
  );
  return findings.flat();
}

const wrongChecksum = (release: Release, reason: string): InventoryFinding => ({
  check: "checksum",
  severity: "error",
  id: release.id,
  version: release.version,
  message: `${shownId(release)} has the checksum ${release.checksum}: ${reason}`,
});

/** True if the checksums are equal, or of different algorithms. */
function sameChecksum(one: string | undefined, other: string): boolean {
  const [a, b] = [one ?? "", other].map((text) => hexOf(checksumOf(text) ?? ""));
  return a === b || a?.split(":")[0] !== b?.split(":")[0];
}

const hexOf = (checksum: string): string =>
  checksum.replace(/^sha512-(.*)$/, (_, base64: string) => `sha512:${Buffer.from(base64, "base64").toString("hex")}`);

function wrongFile(release: Release, error: unknown): InventoryFinding {
  const { cause } = error instanceof Error ? error : { cause: undefined };
  const isMismatch = error instanceof Error && "code" in error && error.code === "DOWNLOAD_CHECKSUM_MISMATCH";
  const { id, version, uri } = release;
  const reason = isMismatch ? `has another checksum: ${cause}` : `cannot be verified: ${messageOf(error, uri)}`;
  return { check: "checksum", severity: "error", id, version, message: `${shownId(release)} ${reason}` };
}

/** Downloads each file, and compares its checksum. */
async function wrongFiles({ releases, reader }: FoundUpdates, { signal }: InventoryHost) {
  const unique = [...new Map(releases.map((release) => [`${release.uri} ${release.checksum}`, release])).values()];
  const findings = await concurrently(
    unique,
    async (release): Promise<readonly InventoryFinding[]> => {
      try {
        if (release.checksum !== undefined) await reader.verify(release.uri, release.checksum);
        return [];
      } catch (error) {
        signal?.throwIfAborted();
        return [wrongFile(release, error)];
      }
    },
    { limit },
  );
  return findings.flat();
}

async function unreachableFiles({ releases }: FoundUpdates, file: string, { env, reporter, signal }: InventoryHost) {
  const unreachable = addressCheck({ env, reporter, ...defined({ signal }) });
  const unique = [...new Map(releases.map((release) => [release.uri, release])).values()];
  const findings = await concurrently(
    unique,
    async (release): Promise<readonly InventoryFinding[]> => {
      const reason = await unreachable(release.uri, dirname(file));
      const { id, version, uri } = release;
      if (reason === undefined) return [];
      return [
        {
          check: "url",
          severity: "error",
          id,
          version,
          message: `${shownId(release)}: ${uri} cannot be downloaded: ${reason}`,
        },
      ];
    },
    { limit },
  );
  return findings.flat();
}

function endingSupport({ releases }: FoundUpdates, now: number): readonly InventoryFinding[] {
  const unique = [...new Map(releases.map((release) => [`${release.id} ${release.version}`, release])).values()];
  return unique.flatMap((release): InventoryFinding[] => {
    const message = endOfLifeWarning(release, now);
    const { id, version } = release;
    return message === undefined ? [] : [{ check: "end-of-life", severity: "warning", id, version, message }];
  });
}
