import { LibcnbError } from "./errors.ts";
import type { Requirement } from "./spec/build-plan.ts";
import type { BuildpackPlanEntry } from "./spec/buildpack-plan.ts";
import { anyTable, type Table } from "./spec/schemas/schema.ts";
import { decode, issueLines, type Schema } from "./spec/schemas/standard-schema.ts";

/** A dependency with metadata of any type. */
export interface AnyDependency {
  readonly name: string;
  readonly schema: Schema<unknown>;
}

/**
 * A dependency that one buildpack provides and others require, with the schema of the requirements'
 * metadata.
 */
export interface Dependency<Metadata extends Table = Table> extends AnyDependency {
  readonly schema: Schema<Metadata>;
  /** Creates a requirement of this dependency, for `pass({ requires })`. */
  require(
    ...metadata: Record<never, never> extends Metadata ? [metadata?: Metadata] : [metadata: Metadata]
  ): Requirement;
}

/**
 * Creates a dependency. Use the same value in detect (`provides`, `requires`) and in build
 * (`plan.all`).
 *
 * @example `const node = dependency("node", s.table({ version: s.optional(s.string) }))`
 */
export function dependency(name: string): Dependency;
export function dependency<Metadata extends Table>(name: string, schema: Schema<Metadata>): Dependency<Metadata>;
export function dependency(name: string, schema: Schema<Table> = anyTable): Dependency {
  return { name, schema, require: (metadata = {}) => ({ name, metadata }) };
}

/** The precedence of several requirements of a dependency. */
export interface Priorities {
  /**
   * The sources of versions in order of precedence. A string must equal the `version-source` in a
   * requirement's metadata, and a pattern must match it. Sources that are not listed come last.
   * Requirements from the same source keep the order of the group.
   */
  readonly priorities?: readonly (string | RegExp)[];
}

/** The combination of all requirements of a dependency. */
export interface ResolvedPlan<Metadata> {
  /** The metadata of the requirement with the highest precedence. */
  readonly metadata: Metadata;
  /** The metadata of all requirements, in order of precedence. */
  readonly all: readonly Metadata[];
  /**
   * True if any requirement needs the dependency during the build (`build = true` in its metadata).
   */
  readonly build: boolean;
  /**
   * True if any requirement needs the dependency in the image (`launch = true` in its metadata).
   */
  readonly launch: boolean;
}

/**
 * The buildpack plan: the requirements of the dependencies that this buildpack provides.
 *
 * In detect, each buildpack of a group provides and requires dependencies by name. The lifecycle
 * gives the provider of a dependency all requirements, with the metadata that their authors added:
 * a version, its source, `build` or `launch`. Several buildpacks can require one dependency with
 * different versions. `resolve` combines them by the order of precedence of their sources.
 *
 * A dependency that the build does not provide belongs in `unmet` of the result. The lifecycle then
 * offers it to a later buildpack.
 *
 * @example
 * ```ts
 * const node = dependency("node", s.table({ version: s.optional(s.string) }));
 * const wanted = plan.resolve(node, { priorities: ["BP_NODE_VERSION", ".nvmrc", "package.json"] });
 * const release = await inventory.resolve("node", wanted?.metadata.version);
 * const layer = cachedLayer("node", {
 *   build: wanted?.build === true,
 *   launch: wanted?.launch === true,
 *   metadata: s.table({ version: s.string }),
 * });
 * ```
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#order-resolution
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#buildpack-plan-toml
 */
export interface Plan {
  readonly entries: readonly BuildpackPlanEntry[];
  /** Returns the metadata of all entries for a dependency, in the order of the group. */
  all<Metadata extends Table>(dependency: Dependency<Metadata>): readonly Metadata[];
  /** Returns the metadata of the first entry for a dependency; undefined if there is none. */
  first<Metadata extends Table>(dependency: Dependency<Metadata>): Metadata | undefined;
  /**
   * Combines all requirements of a dependency; undefined if there are none.
   *
   * @example `plan.resolve(node, { priorities: ["BP_NODE_VERSION", ".nvmrc", /package\.json$/] })?.metadata.version`
   */
  resolve<Metadata extends Table>(
    dependency: Dependency<Metadata>,
    options?: Priorities,
  ): ResolvedPlan<Metadata> | undefined;
  /** True if there is any requirement of a dependency. */
  has(dependency: AnyDependency): boolean;
}

/** Creates a buildpack plan from its entries. Metadata from other buildpacks is decoded on use. */
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
  throw new LibcnbError(
    "BUILDPACK_PLAN_INVALID",
    `the metadata of the dependency ${JSON.stringify(name)} in the build plan is not valid`,
    {
      cause: issueLines(decoding.issues).join("; "),
      hint: `Correct the buildpack that requires ${JSON.stringify(name)}.`,
    },
  );
}
