import { CnbError } from "../../errors.ts";
import { closeNames } from "../../text/suggest.ts";
import type { BinaryPackage, PackageUniverse } from "../archive/package-index.ts";
import { type Dependency, formatDependency, type Relation, satisfies } from "./relation.ts";

/** The reason why packages cannot be installed together. */
type ResolutionProblem =
  | { readonly kind: "unknown"; readonly name: string; readonly suggestions: readonly string[] }
  | {
      readonly kind: "unsatisfiable";
      readonly dependent: BinaryPackage;
      readonly dependency: Dependency;
      readonly reason: string;
    }
  | {
      readonly kind: "conflict";
      readonly dependent: BinaryPackage;
      readonly other: BinaryPackage;
      readonly relation: Dependency;
    };

export interface ResolutionRequest {
  /** The requested package names. */
  readonly names: readonly string[];
  readonly architecture: string;
  /** Packages of the extended image. Their dependencies are not examined. */
  readonly installed?: readonly BinaryPackage[];
  /**
   * Packages that are already chosen. Their dependencies may be missing because `without` excludes
   * them.
   */
  readonly chosen?: readonly BinaryPackage[];
  /** True to add the dependencies of the packages. @default true */
  readonly followed?: boolean;
  /**
   * Packages that are not installed as dependencies: a dependency on them is dropped. They can
   * still be requested by name.
   */
  readonly without?: readonly string[];
}

/**
 * Chooses the packages that `names` need in addition to the installed packages, sorted by name.
 * Requested packages are chosen before dependencies, so the order of `names` does not matter, and
 * requested alternatives are preferred. Dependencies are added breadth-first. The first alternative
 * is tried first, and real packages before packages that only provide the name. Essential packages
 * are not added automatically, as in distroless images.
 *
 * @throws CnbError BASE_PACKAGE_UNKNOWN or BASE_DEPENDENCY_UNSATISFIABLE, with every problem found
 * @example `resolvePackages(universe, { names: ["dash"], architecture: "amd64" })`
 */
export function resolvePackages(universe: PackageUniverse, request: ResolutionRequest): BinaryPackage[] {
  const { installed = [], chosen: given = [], followed = true } = request;
  const chosen = new Map([...installed, ...given].map((item) => [item.name, item]));
  const problems: ResolutionProblem[] = [];
  const queue: BinaryPackage[] = [...given];
  const choose = (item: BinaryPackage): void => {
    chosen.set(item.name, item);
    queue.push(item);
  };
  const without = new Set(request.without);
  for (const name of without) {
    if (!universe.candidate(name))
      problems.push({ kind: "unknown", name, suggestions: suggestionsFor(universe, name) });
  }
  for (const name of [...new Set(request.names)].sort()) {
    const wanted = universe.candidate(name);
    if (!wanted) problems.push({ kind: "unknown", name, suggestions: suggestionsFor(universe, name) });
    else if (!chosen.has(name)) choose(wanted);
  }
  for (let item = queue.shift(); item && followed; item = queue.shift()) {
    for (const dependency of item.depends) {
      if (isSatisfied(dependency, chosen.values(), request.architecture)) continue;
      const answer = chooseAlternative(universe, dependency, chosen, request.architecture);
      if (answer && without.has(answer.name)) continue;
      if (answer) choose(answer);
      else
        problems.push({
          kind: "unsatisfiable",
          dependent: item,
          dependency,
          reason: reasonFor(universe, dependency, chosen),
        });
    }
  }
  const before = new Set([...installed, ...given].map(({ name }) => name));
  const added = [...chosen.values()].filter(({ name }) => !before.has(name)).sort(byName);
  const installedNames = new Set(installed.map(({ name }) => name));
  if (followed) problems.push(...conflicts([...chosen.values()], installedNames, request.architecture));
  if (problems.length > 0) throw resolutionError(problems);
  return added;
}

const byName = (a: BinaryPackage, b: BinaryPackage): number => (a.name < b.name ? -1 : 1);

/**
 * Suggests providers of a virtual package first: `mawk` is a better suggestion for `awk` than
 * similar names.
 */
function suggestionsFor(universe: PackageUniverse, name: string): string[] {
  const providers = universe.providersOf(name).map((provider) => provider.name);
  return providers.length > 0 ? providers.slice(0, 3) : closeNames(name, universe.names());
}

/** Checks if a package satisfies a relation by its name or its provided names. */
function matches(item: BinaryPackage, relation: Relation, architecture: string): boolean {
  if (relation.qualifier && !["any", "native", architecture].includes(relation.qualifier)) return false;
  if (item.name === relation.name) return !relation.constraint || satisfies(item.version, relation.constraint);
  return item.provides.flat().some((provided) => {
    if (provided.name !== relation.name) return false;
    if (!relation.constraint) return true;
    // An unversioned Provides never satisfies a versioned dependency (Debian policy 7.5).
    return provided.constraint !== undefined && satisfies(provided.constraint.version, relation.constraint);
  });
}

function isSatisfied(dependency: Dependency, chosen: Iterable<BinaryPackage>, architecture: string): boolean {
  for (const item of chosen) if (dependency.some((relation) => matches(item, relation, architecture))) return true;
  return false;
}

function chooseAlternative(
  universe: PackageUniverse,
  dependency: Dependency,
  chosen: ReadonlyMap<string, BinaryPackage>,
  architecture: string,
): BinaryPackage | undefined {
  for (const relation of dependency) {
    const real = universe.candidate(relation.name);
    const options = [...(real ? [real] : []), ...universe.providersOf(relation.name).toSorted(byPriority)];
    const answer = options.find((option) => !chosen.has(option.name) && matches(option, relation, architecture));
    if (answer) return answer;
  }
  return undefined;
}

const priorities = ["required", "important", "standard", "optional", "extra"];

const byPriority = (a: BinaryPackage, b: BinaryPackage): number =>
  priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || byName(a, b);

function reasonFor(
  universe: PackageUniverse,
  dependency: Dependency,
  chosen: ReadonlyMap<string, BinaryPackage>,
): string {
  const there = dependency.flatMap(({ name }) => chosen.get(name) ?? []);
  if (there.length > 0)
    return `${there.map(({ name, version }) => `${name} ${version}`).join(", ")} is already selected`;
  const found = dependency.flatMap(({ name }) => universe.candidate(name) ?? []);
  if (found.length > 0)
    return `the archive has only ${found.map(({ name, version }) => `${name} ${version}`).join(", ")}`;
  return "the archive has no package that has or provides this name";
}

/** Checks for conflicts; packages of the image below do not conflict with each other. */
function conflicts(
  chosen: readonly BinaryPackage[],
  installed: ReadonlySet<string>,
  architecture: string,
): ResolutionProblem[] {
  return chosen.toSorted(byName).flatMap((dependent) =>
    dependent.conflicts.flatMap((relation) =>
      chosen
        // A package may conflict with what it provides itself: that makes it the only provider (policy 7.6.2).
        .filter((other) => other.name !== dependent.name && relation.some((one) => matches(other, one, architecture)))
        .filter((other) => !installed.has(dependent.name) || !installed.has(other.name))
        .map((other): ResolutionProblem => ({ kind: "conflict", dependent, other, relation })),
    ),
  );
}

/** Formats one line per problem. */
function describeProblem(problem: ResolutionProblem): string {
  switch (problem.kind) {
    case "unknown": {
      const { suggestions } = problem;
      return `${problem.name} is not in the archive${suggestions.length > 0 ? ` (did you mean ${suggestions.join(", ")}?)` : ""}`;
    }
    case "unsatisfiable": {
      const { dependent, dependency, reason } = problem;
      return `${dependent.name} ${dependent.version} needs ${formatDependency(dependency)}: ${reason}`;
    }
    case "conflict": {
      const { dependent, other, relation } = problem;
      return `${dependent.name} ${dependent.version} conflicts with ${formatDependency(relation)}: ${other.name} ${other.version} would be in the same image`;
    }
  }
}

function resolutionError(problems: readonly ResolutionProblem[]): CnbError {
  const unknown = problems.some(({ kind }) => kind === "unknown");
  const message = `the packages cannot be installed:${problems.map((problem) => `\n  ${describeProblem(problem)}`).join("")}`;
  return unknown
    ? new CnbError("BASE_PACKAGE_UNKNOWN", message, {
        hint: "Correct the package names, or add the component that has these packages, for example with --component contrib.",
      })
    : new CnbError("BASE_DEPENDENCY_UNSATISFIABLE", message, {
        hint: "Remove one of the packages, or add the suite or component that has the missing packages.",
      });
}
