import { concurrently } from "../concurrently.ts";
import { errorWithoutSecrets } from "../text/address.ts";
import {
  type FoundDependency,
  findUpdates,
  type InventoryInput,
  messageOf,
  type SourceFailure,
} from "./find-updates.ts";
import type { InventoryHost } from "./index-reader.ts";
import { editInventory } from "./inventory-text.ts";
import { type PublishedRelease, type ReleaseEntry, type ReleaseId, releaseKey } from "./published-release.ts";
import type { Constraint } from "./source-table.ts";
import { newerFirst } from "./versions.ts";

/** A release that an update added or dropped. */
export interface ReleaseChange extends ReleaseId {
  readonly change: "added" | "dropped";
  /** The display name: `Node.js`. */
  readonly name: string;
  /** The end of support, as in the entry. */
  readonly endOfLife: string | undefined;
}

/** The result of updating an inventory. */
export interface InventoryUpdate {
  readonly file: string;
  /** The new text of the file; the same text if nothing changed. */
  readonly text: string;
  readonly changes: readonly ReleaseChange[];
  readonly failures: readonly SourceFailure[];
  /** The newest version of each dependency that no constraint includes. */
  readonly outside: readonly { readonly id: string; readonly version: string }[];
}

/**
 * Adds the newest releases of the sources to an inventory, and drops the releases that the
 * constraints of the inventory exclude. The text of all other entries, including comments, stays
 * unchanged. Nothing is written.
 *
 * A source that cannot be read is reported in `failures`. Its dependencies stay unchanged.
 *
 * @throws CnbError INVENTORY_INVALID
 */
export async function updateInventory(input: InventoryInput, host: InventoryHost): Promise<InventoryUpdate> {
  const { file, text } = input;
  const { releases, dependencies, failures } = await findUpdates(input, host);
  const updates = [];
  for (const dependency of dependencies) updates.push(await completed(dependency, host));
  const dropped = new Set(updates.flatMap((each) => each.dropped));
  const removed = new Set(releases.flatMap((release, index) => (dropped.has(release) ? [index] : [])));
  const added = updates.flatMap(({ entries }) => entries.toSorted(changeOrder));
  return {
    file,
    text: added.length + removed.size === 0 ? text : editInventory(text, file, releases, { removed, added }),
    changes: [
      ...added.map((entry) => ({ change: "added" as const, ...idOf(entry), ...shownKeys(entry) })),
      ...[...dropped].map((release) => ({
        change: "dropped" as const,
        ...idOf(release),
        name: release.name,
        endOfLife: release.endOfLife,
      })),
    ],
    failures: [...failures, ...updates.flatMap((each) => each.failures)],
    outside: updates.flatMap(({ id, outside }) => (outside === undefined ? [] : [{ id, version: outside }])),
  };
}

/** The newest version first, and the platforms of a version in one order. */
const changeOrder = (a: ReleaseId, b: ReleaseId): number =>
  newerFirst(a.version, b.version) || platformName(a).localeCompare(platformName(b));

/** Selects the releases of a dependency, and leaves out new ones whose entries cannot be completed. */
async function completed({ id, published, select }: FoundDependency, host: InventoryHost) {
  const failures: SourceFailure[] = [];
  const failed = new Set<string>();
  const entries = new Map<string, ReleaseEntry>();
  for (;;) {
    const selection = await select(published.filter((each) => !failed.has(releaseKey(each))));
    const before = failed.size;
    await concurrently(
      selection.added.filter(({ release }) => !entries.has(releaseKey(release))),
      async ({ release, constraint }) => {
        try {
          entries.set(releaseKey(release), await completedEntry(release, constraint));
        } catch (error) {
          host.signal?.throwIfAborted();
          failed.add(releaseKey(release));
          const message = `${shownId(release)} is left out: ${messageOf(error, id)}`;
          failures.push({ ids: [id], message, error: errorWithoutSecrets(error) });
        }
      },
      { limit: 4 },
    );
    if (failed.size > before) continue;
    const added = selection.added.flatMap(({ release }) => entries.get(releaseKey(release)) ?? []);
    return { id, entries: added, dropped: selection.dropped, outside: selection.outside, failures };
  }
}

async function completedEntry(release: PublishedRelease, constraint: Constraint): Promise<ReleaseEntry> {
  const entry = await release.entry();
  const eol = constraint["eol-date"];
  return eol === undefined ? entry : { ...entry, keys: { ...entry.keys, "eol-date": eol } };
}

/** Formats the name of a release for messages: `node 24.21.0 (linux/amd64)`. */
export const shownId = ({ id, version, os, arch }: ReleaseId): string =>
  `${id} ${version}${os || arch ? ` (${platformName({ os, arch })})` : ""}`;

/** Formats the name of a platform: `linux/amd64`. */
export const platformName = ({ os = "linux", arch }: Pick<ReleaseId, "os" | "arch">): string =>
  arch ? `${os}/${arch}` : os;

const idOf = ({ id, version, os, arch }: ReleaseId): ReleaseId => ({ id, version, os, arch });

function shownKeys({ id, keys = {} }: ReleaseEntry): Pick<ReleaseChange, "name" | "endOfLife"> {
  const { name, "eol-date": eol } = keys;
  return { name: typeof name === "string" ? name : id, endOfLife: eol === undefined ? undefined : String(eol) };
}
