import type { Release } from "libcnb";
import { concurrently } from "../concurrently.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { errorWithoutSecrets, withoutSecrets } from "../text/address.ts";
import { type IndexReader, type InventoryHost, indexReader } from "./index-reader.ts";
import { entriesIn } from "./inventory-entries.ts";
import { expanded } from "./matrix.ts";
import type { PublishedRelease, ReleaseSource } from "./published-release.ts";
import { joinedCopies, repeatedRelease, selectCopies } from "./select-copies.ts";
import { type Selection, selectReleases } from "./select-releases.ts";
import { type Constraint, type DeclaredSource, inventoryRules } from "./source-table.ts";
import { copiedSource } from "./sources/copied-source.ts";
import { declaredSource } from "./sources/declared-source.ts";
import { rangeOf } from "./versions.ts";

/** An inventory, with sources and constraints in addition to those that it declares. */
export interface InventoryInput {
  /** The path of the file, for messages and for files next to it. */
  readonly file: string;
  readonly text: string;
  /** Sources in code, or in the form of `[[dependency-sources]]`. */
  readonly sources?: readonly (ReleaseSource | DeclaredSource)[];
  /** Constraints that replace those of the same id in the file. */
  readonly constraints?: readonly Constraint[];
}

/** A source of releases, or one of its releases, that could not be read, with the reason. */
export interface SourceFailure {
  /** The ids of the dependencies concerned. */
  readonly ids: readonly string[];
  readonly message: string;
  /** The error. The URLs in its messages are without passwords and queries. */
  readonly error: unknown;
}

/** The releases in an inventory, and the releases that the inventory's sources publish. */
export interface FoundUpdates {
  readonly releases: readonly Release[];
  readonly reader: IndexReader;
  readonly dependencies: readonly FoundDependency[];
  readonly failures: readonly SourceFailure[];
}

/** A dependency of an inventory whose sources could be read. */
export interface FoundDependency {
  readonly id: string;
  /** True if the dependency is a copy of another inventory. */
  readonly isCopy: boolean;
  readonly published: readonly PublishedRelease[];
  /** Selects the releases to keep among the existing ones and some of the published ones. */
  readonly select: (published: readonly PublishedRelease[]) => Promise<Selection<Release, PublishedRelease>>;
}

/** At most this many sources are read at the same time. */
const limit = 4;

/**
 * Reads the sources of an inventory. A source that cannot be read is reported as a failure, and its
 * dependencies are left out.
 *
 * @throws CnbError INVENTORY_INVALID
 */
export async function findUpdates(input: InventoryInput, host: InventoryHost): Promise<FoundUpdates> {
  const { file, text } = input;
  const rules = inventoryRules(text, file);
  const entries = entriesIn(text, file, "INVENTORY_INVALID");
  const releases = entries.map(({ release }) => release);
  const reader = indexReader(file, host);
  const sources = [...rules.sources, ...(input.sources ?? [])].flatMap((source) =>
    "releases" in source ? [source] : expanded(source).map((each) => sourceOf(each, reader)),
  );
  if (sources.length === 0) throw withoutSources(file);
  const given = (input.constraints ?? []).flatMap(expanded);
  const replaced = new Set(given.map(({ id }) => id));
  const constraints = [...rules.constraints.filter(({ id }) => !replaced.has(id)), ...given];
  await checkRanges(constraints, file);
  const results = await concurrently(sources, (source) => publishedBy(source, host), {
    limit,
    ...defined({ signal: host.signal }),
  });
  const published = results.map((result) => ("published" in result ? result.published : []));
  const isCopied = (id: string) =>
    sources.filter(({ ids }) => ids.includes(id)).every(({ isComplete }) => isComplete === true);
  const ids = [...new Set(sources.flatMap((source) => source.ids))];
  const releasesOf = (id: string): readonly PublishedRelease[] => {
    const bySource = published.map((some) => some.filter((each) => each.id === id));
    return isCopied(id) ? joinedCopies(bySource) : bySource.flat();
  };
  const publishedById = new Map(ids.map((id) => [id, releasesOf(id)]));
  const failures = [
    ...results.flatMap((result) => ("failure" in result ? [result.failure] : [])),
    ...ids.filter(isCopied).flatMap((id) => repeatedCopy(id, publishedById.get(id) ?? [])),
  ];
  const failed = new Set(failures.flatMap((each) => each.ids));
  const readable = ids.filter((id) => !failed.has(id));
  const dependencies = readable.map((id): FoundDependency => {
    const own = constraints.filter((each) => each.id === id);
    const existing = entries.filter(({ release }) => release.id === id);
    const isCopy = isCopied(id);
    return {
      id,
      isCopy,
      published: publishedById.get(id) ?? [],
      select: (some) =>
        isCopy
          ? selectCopies(existing, some, own)
          : selectReleases(
              existing.map(({ release }) => release),
              some,
              own.length > 0 ? own : [{ id, constraint: "*" }],
            ),
    };
  });
  return { releases, reader, dependencies, failures };
}

const sourceOf = (declared: DeclaredSource, reader: IndexReader): ReleaseSource =>
  declared.type === "inventory" ? copiedSource(declared, reader) : declaredSource(declared, reader);

/** A copy cannot choose among several entries of one release. */
function repeatedCopy(id: string, published: readonly PublishedRelease[]): readonly SourceFailure[] {
  const repeated = repeatedRelease(published);
  if (repeated === undefined) return [];
  const error = new CnbError(
    "INVENTORY_SOURCE_INVALID",
    `the inventory that ${id} is copied from has several entries of ${id} ${repeated.version} for one platform`,
    { hint: "Remove the entries that are not wanted." },
  );
  return [{ ids: [id], message: `${id} is unchanged: ${error.message}`, error }];
}

async function publishedBy(source: ReleaseSource, { reporter, signal }: InventoryHost) {
  const { ids, name } = source;
  reporter.debug(`Reading ${name}`);
  try {
    return { published: await source.releases() };
  } catch (error) {
    signal?.throwIfAborted();
    return {
      failure: {
        ids,
        message: `${ids.join(", ")} is unchanged: ${messageOf(error, name)}`,
        error: errorWithoutSecrets(error),
      },
    };
  }
}

/**
 * Formats the message of an error and of its cause in one line. URLs are without passwords and
 * queries, because the message can become a part of a pull request.
 */
export function messageOf(error: unknown, source: string): string {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  const reason = cause instanceof Error ? cause.message : cause;
  const code = error instanceof CnbError ? "" : `${source} cannot be read: `;
  const text = `${code}${message}${reason === undefined || message.includes(String(reason)) ? "" : `: ${reason}`}`;
  return withoutSecrets(text.replace(/\s*\n\s*/g, " "));
}

async function checkRanges(constraints: readonly Constraint[], file: string): Promise<void> {
  for (const constraint of constraints)
    if ((await rangeOf(constraint)) === undefined)
      throw new CnbError(
        "INVENTORY_INVALID",
        `${file}: ${JSON.stringify(constraint.constraint)} is not a version range`,
        {
          hint: `Write a range such as "24.*" for ${constraint.id}, or set scheme = "pep440" for Python's ranges.`,
        },
      );
}

const withoutSources = (file: string): CnbError =>
  new CnbError(
    "INVENTORY_INVALID",
    `the inventory ${file} has no table [[dependency-sources]], which lists where new releases are published`,
    {
      hint: "Add [[metadata.dependency-sources]] to buildpack.toml, or [[dependency-sources]] to a separate inventory file.",
    },
  );
