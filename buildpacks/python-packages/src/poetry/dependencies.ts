import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import { type s, UserError } from "libcnb";
import type { Settings } from "../contract.ts";
import { type Selection, selectionOf } from "../project/selection.ts";
import { parseRequirement } from "../requirement/requirement.ts";

/** A dependency of a project or a package. */
export interface Dependency {
  /** The normalized name. */
  readonly name: string;
  readonly extras: readonly string[];
  readonly marker: string | undefined;
  /** True if the dependency is only installed for an extra. */
  readonly isOptional: boolean;
}

/**
 * Parses a dependency table of Poetry: `six = "^1.16"`, `uvicorn = { version = "*", extras =
 * ["standard"] }`, or a list of such tables.
 */
export const dependenciesOf = (value: unknown): readonly Dependency[] =>
  Object.entries(tableOf(value))
    .filter(([name]) => name !== "python")
    .flatMap(([name, each]) => (Array.isArray(each) ? each : [each]).map((one) => dependencyOf(name, tableOf(one))));

const dependencyOf = (name: string, table: s.Table): Dependency => ({
  name: normalizedName(name),
  extras: textsOf(table["extras"]).map(normalizedName),
  marker: stringOf(table["markers"]),
  isOptional: table["optional"] === true,
});

/**
 * Returns the dependencies in a pyproject.toml by group. The project's own dependencies form the
 * group `main`.
 */
export function groupsOf(pyproject: s.Table): Readonly<Record<string, readonly Dependency[]>> {
  const poetry = tableOf(tableOf(pyproject["tool"])["poetry"]);
  const own = [
    ...requirementsOf(tableOf(pyproject["project"])["dependencies"]),
    ...dependenciesOf(poetry["dependencies"]).filter(({ isOptional }) => !isOptional),
  ];
  const groups = new Map([["main", own]]);
  const add = (name: string, list: readonly Dependency[]) => groups.set(name, [...(groups.get(name) ?? []), ...list]);
  for (const [name, list] of Object.entries(tableOf(pyproject["dependency-groups"]))) add(name, requirementsOf(list));
  for (const [name, group] of Object.entries(tableOf(poetry["group"])))
    add(name, dependenciesOf(tableOf(group)["dependencies"]));
  if (isTable(poetry["dev-dependencies"])) add("dev", dependenciesOf(poetry["dev-dependencies"]));
  return Object.fromEntries(groups);
}

/** Returns the names of the extras that a pyproject.toml defines. */
export const extrasOf = (pyproject: s.Table): readonly string[] => [
  ...Object.keys(tableOf(tableOf(pyproject["project"])["optional-dependencies"])),
  ...Object.keys(tableOf(tableOf(tableOf(pyproject["tool"])["poetry"])["extras"])),
];

const requirementsOf = (value: unknown): readonly Dependency[] =>
  textsOf(value).flatMap((text) => {
    const found = parseRequirement(text);
    return found === undefined ? [] : [{ ...found, isOptional: false }];
  });

/** Formats a dependency as in requirements files: `uvicorn[standard]`. */
export const textOfDependency = ({ name, extras }: Dependency): string =>
  extras.length === 0 ? name : `${name}[${extras.join(",")}]`;

/** The groups, including `main`, and the extras that Poetry installs. */
export type PoetrySelection = Selection;

type SelectionSettings = Pick<Settings, "BP_POETRY_INSTALL_ONLY" | "BP_PYTHON_GROUPS" | "BP_PYTHON_EXTRAS">;

/**
 * Determines the groups in BP_POETRY_INSTALL_ONLY (default: `main`) and BP_PYTHON_GROUPS, and the
 * extras in BP_PYTHON_EXTRAS.
 *
 * @throws UserError PYTHON_GROUP_UNKNOWN, PYTHON_EXTRA_UNKNOWN
 */
export function poetrySelection(settings: SelectionSettings, known: Selection): PoetrySelection {
  const { groups, extras } = selectionOf(settings, known);
  const only = (settings.BP_POETRY_INSTALL_ONLY ?? "").split(/[\s,]+/).filter((name) => name !== "");
  const chosen = only.map((name) => known.groups.find((each) => isSame(each, name)) ?? unknown(name, known.groups));
  return { groups: [...new Set([...(chosen.length === 0 ? ["main"] : chosen), ...groups])], extras };
}

const isSame = (one: string, other: string): boolean => normalizedName(one) === normalizedName(other);

function unknown(name: string, groups: readonly string[]): never {
  throw new UserError(
    "PYTHON_GROUP_UNKNOWN",
    `BP_POETRY_INSTALL_ONLY names the group "${name}", which the project does not have`,
    {
      cause: `the project has ${groups.join(", ")}`,
      hint: `Correct BP_POETRY_INSTALL_ONLY, or declare the group "${name}" in pyproject.toml and update the lockfile.`,
    },
  );
}
