import { LibcnbError } from "./errors.ts";
import type { Requirement } from "./spec/build-plan.ts";
import type { BuildpackPlanEntry } from "./spec/buildpack-plan.ts";
import { anyTable, type Table } from "./spec/schema.ts";
import { decode, issueLines, type Schema } from "./spec/standard-schema.ts";

/** A dependency, whatever metadata its requirements carry. */
export interface AnyDependency {
  readonly name: string;
  readonly schema: Schema<unknown>;
}

/** Something that one buildpack provides and others require, with the form of the metadata that requirements carry. */
export interface Dependency<Metadata extends Table = Table> extends AnyDependency {
  readonly schema: Schema<Metadata>;
  /** A requirement of this dependency, for `pass({ requires })`. */
  require(
    ...metadata: Record<never, never> extends Metadata ? [metadata?: Metadata] : [metadata: Metadata]
  ): Requirement;
}

/**
 * Names a dependency: the same value stands for it in detect (`provides`, `requires`) and in build (`plan.all`).
 *
 * @example `const node = dependency("node", table({ version: optional(string) }))`
 */
export function dependency(name: string): Dependency;
export function dependency<Metadata extends Table>(name: string, schema: Schema<Metadata>): Dependency<Metadata>;
export function dependency(name: string, schema: Schema<Table> = anyTable): Dependency {
  return { name, schema, require: (metadata = {}) => ({ name, metadata }) };
}

/** Which of several requirements of a dependency counts. */
export interface Priorities {
  /**
   * Sources of versions, the one that counts most first: texts for what `version-source` in the metadata of a requirement is, patterns for what it
   * contains. Sources that are not listed count least, requirements of one source in the order of the group.
   */
  readonly priorities?: readonly (string | RegExp)[];
}

/** What all requirements of a dependency come to. */
export interface ResolvedPlan<Metadata> {
  /** The metadata of the requirement that counts most. */
  readonly metadata: Metadata;
  /** The metadata of all requirements, the one that counts most first. */
  readonly all: readonly Metadata[];
  /** Whether any requirement asks for the dependency during the build (`build = true` in its metadata). */
  readonly build: boolean;
  /** Whether any requirement asks for the dependency in the image (`launch = true` in its metadata). */
  readonly launch: boolean;
}

/** The buildpack plan: what other buildpacks, and this one, ask of what this buildpack provides. */
export interface Plan {
  readonly entries: readonly BuildpackPlanEntry[];
  /** Metadata of all entries of a dependency, in the order of the group. */
  all<Metadata extends Table>(dependency: Dependency<Metadata>): readonly Metadata[];
  /** Metadata of the first entry of a dependency. */
  first<Metadata extends Table>(dependency: Dependency<Metadata>): Metadata | undefined;
  /**
   * What all requirements of a dependency come to; undefined if there are none.
   *
   * @example `plan.resolve(node, { priorities: ["BP_NODE_VERSION", ".nvmrc", /package\.json$/] })?.metadata.version`
   */
  resolve<Metadata extends Table>(
    dependency: Dependency<Metadata>,
    options?: Priorities,
  ): ResolvedPlan<Metadata> | undefined;
  /** Whether anything was asked of a dependency. */
  has(dependency: AnyDependency): boolean;
}

/** The buildpack plan with such entries. Metadata is decoded when it is asked for, as other buildpacks wrote it. */
export function planOf(entries: readonly BuildpackPlanEntry[]): Plan {
  const named = ({ name }: { readonly name: string }) => entries.filter((entry) => entry.name === name);
  return {
    entries,
    all: (wanted) => named(wanted).map((entry) => decodeEntry(wanted, entry)),
    first: (wanted) =>
      named(wanted)
        .slice(0, 1)
        .map((entry) => decodeEntry(wanted, entry))[0],
    resolve: (wanted, { priorities = [] } = {}) => resolve(wanted, byPriority(named(wanted), priorities)),
    has: (wanted) => named(wanted).length > 0,
  };
}

function resolve<Metadata extends Table>(
  dependency: Dependency<Metadata>,
  entries: readonly BuildpackPlanEntry[],
): ResolvedPlan<Metadata> | undefined {
  const all = entries.map((entry) => decodeEntry(dependency, entry));
  const asks = (phase: string) => entries.some(({ metadata }) => metadata[phase] === true);
  const [metadata] = all;
  return metadata && { metadata, all, build: asks("build"), launch: asks("launch") };
}

function byPriority(
  entries: readonly BuildpackPlanEntry[],
  priorities: readonly (string | RegExp)[],
): readonly BuildpackPlanEntry[] {
  const rank = ({ metadata: { "version-source": source = "" } }: BuildpackPlanEntry) => {
    // search and not test: a pattern with the flag g would remember where it stopped
    const matches = (priority: string | RegExp) =>
      typeof priority === "string" ? priority === source : String(source).search(priority) >= 0;
    const index = priorities.findIndex(matches);
    return index < 0 ? priorities.length : index;
  };
  return [...entries].sort((a, b) => rank(a) - rank(b));
}

function decodeEntry<Metadata extends Table>(
  { name, schema }: Dependency<Metadata>,
  entry: BuildpackPlanEntry,
): Metadata {
  const decoding = decode(schema, entry.metadata, "metadata");
  if (decoding.issues === undefined) return decoding.value;
  throw new LibcnbError("BUILDPACK_PLAN_INVALID", `a requirement of ${JSON.stringify(name)} is not valid`, {
    cause: issueLines(decoding.issues).join("; "),
    hint: `Correct the buildpack that requires ${JSON.stringify(name)}.`,
  });
}
