import { compareVersions } from "./version.ts";

export type VersionOperator = "<<" | "<=" | "=" | ">=" | ">>";

export interface VersionConstraint {
  readonly operator: VersionOperator;
  readonly version: string;
}

/** One alternative of a package's dependency, for example `libc6:any (>= 2.36)`. */
export interface Relation {
  readonly name: string;
  /** The qualifier in `name:qualifier`: `any`, `native` or an architecture. */
  readonly qualifier?: string | undefined;
  readonly constraint?: VersionConstraint | undefined;
}

/** The alternatives of one dependency of a package, the preferred one first. */
export type Dependency = readonly Relation[];

const pattern =
  /^([a-z0-9][a-z0-9+.-]*)(?::([a-z0-9-]+))?\s*(?:\(\s*(<<|<=|>=|>>|=|<|>)\s*([^\s)]+)\s*\))?\s*(?:\[[^\]]*\])?\s*(?:<[^>]*>\s*)*$/i;

/**
 * The relational operators. `<` and `>` are Debian's former spellings of `<=` and `>=`, which dpkg
 * still accepts.
 */
const operators: Readonly<Record<string, VersionOperator>> = { "<": "<=", ">": ">=" };

/**
 * Parses the value of Depends, Provides, Conflicts and similar fields of a package.
 *
 * @example `parseRelations("libc6 (>= 2.34), mawk | awk").length // 2`
 */
export function parseRelations(value: string | undefined): Dependency[] {
  const items = (value ?? "").split(",").map((item) => item.trim());
  return items.filter(Boolean).map((item) => item.split("|").map((text) => parseRelation(text.trim())));
}

function parseRelation(text: string): Relation {
  const [, name = text, qualifier, operator, version] = pattern.exec(text) ?? [];
  // An unreadable relation is kept as a package name that does not exist, so it is reported as unsatisfiable.
  return {
    name,
    qualifier: qualifier || undefined,
    constraint:
      operator && version ? { operator: operators[operator] ?? (operator as VersionOperator), version } : undefined,
  };
}

/** True if a version satisfies a constraint such as `>= 2.36`. */
export function satisfies(version: string, constraint: VersionConstraint): boolean {
  const order = compareVersions(version, constraint.version);
  const allowed: Readonly<Record<VersionOperator, boolean>> = {
    "<<": order < 0,
    "<=": order <= 0,
    "=": order === 0,
    ">=": order >= 0,
    ">>": order > 0,
  };
  return allowed[constraint.operator];
}

/** Formats a dependency as Debian does: `mawk (>= 1.3) | awk`. */
export const formatDependency = (dependency: Dependency): string => dependency.map(formatRelation).join(" | ");

const formatRelation = ({ name, qualifier, constraint }: Relation): string =>
  `${name}${qualifier ? `:${qualifier}` : ""}${constraint ? ` (${constraint.operator} ${constraint.version})` : ""}`;
