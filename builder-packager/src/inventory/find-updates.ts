import type { Release } from "libcnb";
import { readInventory } from "libcnb/standalone";
import { concurrently } from "../concurrently.ts";
import { withCode } from "../config/problems.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { type IndexReader, type InventoryHost, indexReader } from "./index-reader.ts";
import type { PublishedRelease, ReleaseSource } from "./published-release.ts";
import { type Selection, selectReleases } from "./select-releases.ts";
import { type Constraint, type DeclaredSource, inventoryRules } from "./source-table.ts";
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

/** A source, or a release of one, that could not be read. */
export interface SourceFailure {
  /** The ids of the dependencies concerned. */
  readonly ids: readonly string[];
  readonly message: string;
  readonly error: unknown;
}

/** The releases of an inventory, and those that its sources publish. */
export interface FoundUpdates {
  readonly releases: readonly Release[];
  readonly reader: IndexReader;
  readonly dependencies: readonly FoundDependency[];
  readonly failures: readonly SourceFailure[];
}

/** A dependency whose sources could be read. */
export interface FoundDependency {
  readonly id: string;
  readonly published: readonly PublishedRelease[];
  /** Selects the releases to keep among the existing ones and some of the published ones. */
  readonly select: (published: readonly PublishedRelease[]) => Promise<Selection<Release, PublishedRelease>>;
}

/** At most this many sources are read at the same time. */
const limit = 4;

/**
 * Reads the sources of an inventory. A source that cannot be read is a failure, and its dependencies
 * are left out.
 *
 * @throws CnbError INVENTORY_INVALID
 */
export async function findUpdates(input: InventoryInput, host: InventoryHost): Promise<FoundUpdates> {
  const { file, text } = input;
  const rules = inventoryRules(text, file);
  const { releases } = withCode("INVENTORY_INVALID", () => readInventory(text, file));
  const reader = indexReader(file, host);
  const sources = [...rules.sources, ...(input.sources ?? [])].map((source) =>
    "releases" in source ? source : declaredSource(source, reader),
  );
  if (sources.length === 0) throw withoutSources(file);
  const replaced = new Set(input.constraints?.map(({ id }) => id));
  const constraints = [...rules.constraints.filter(({ id }) => !replaced.has(id)), ...(input.constraints ?? [])];
  await checkRanges(constraints, file);
  const results = await concurrently(sources, (source) => publishedBy(source, host), {
    limit,
    ...defined({ signal: host.signal }),
  });
  const failures = results.flatMap((result) => ("failure" in result ? [result.failure] : []));
  const failed = new Set(failures.flatMap(({ ids }) => ids));
  const published = results.flatMap((result) => ("published" in result ? result.published : []));
  const ids = [...new Set(sources.flatMap((source) => source.ids))].filter((id) => !failed.has(id));
  const dependencies = ids.map((id): FoundDependency => {
    const own = constraints.filter((each) => each.id === id);
    const existing = releases.filter((each) => each.id === id);
    return {
      id,
      published: published.filter((each) => each.id === id),
      select: (some) => selectReleases(existing, some, own.length > 0 ? own : [{ id, constraint: "*" }]),
    };
  });
  return { releases, reader, dependencies, failures };
}

async function publishedBy(source: ReleaseSource, { reporter, signal }: InventoryHost) {
  const { ids, name } = source;
  reporter.debug(`Reading ${name}`);
  try {
    return { published: await source.releases() };
  } catch (error) {
    signal?.throwIfAborted();
    return { failure: { ids, message: `${ids.join(", ")} is unchanged: ${messageOf(error, name)}`, error } };
  }
}

/** The message of an error with its cause, in one line. */
export function messageOf(error: unknown, source: string): string {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  const reason = cause instanceof Error ? cause.message : cause;
  const code = error instanceof CnbError ? "" : `${source} cannot be read: `;
  return `${code}${message}${reason === undefined || message.includes(String(reason)) ? "" : `: ${reason}`}`.replace(
    /\s*\n\s*/g,
    " ",
  );
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
  new CnbError("INVENTORY_INVALID", `the inventory ${file} declares no sources of releases`, {
    hint: "Add [[metadata.dependency-sources]] to buildpack.toml, or [[dependency-sources]] to a separate inventory file.",
  });
