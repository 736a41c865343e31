import { normalizedName } from "@libcnb/python-app/distributions";
import { UserError } from "libcnb";
import type { Settings } from "../contract.ts";

/** The groups and extras to install in addition to the main dependencies. */
export interface Selection {
  /** Groups of `[dependency-groups]` and of the tool's own table. */
  readonly groups: readonly string[];
  /** Extras in `[project.optional-dependencies]`. */
  readonly extras: readonly string[];
}

type SelectionSettings = Pick<Settings, "BP_PYTHON_GROUPS" | "BP_PYTHON_EXTRAS">;

/**
 * Reads the groups and extras in BP_PYTHON_GROUPS and BP_PYTHON_EXTRAS. Returns them as the project
 * spells them, without duplicates.
 *
 * @param known all groups and extras of the project
 * @throws UserError PYTHON_GROUP_UNKNOWN, PYTHON_EXTRA_UNKNOWN
 */
export function selectionOf({ BP_PYTHON_GROUPS, BP_PYTHON_EXTRAS }: SelectionSettings, known: Selection): Selection {
  return {
    groups: chosen({ variable: "BP_PYTHON_GROUPS", what: "group", value: BP_PYTHON_GROUPS, names: known.groups }),
    extras: chosen({ variable: "BP_PYTHON_EXTRAS", what: "extra", value: BP_PYTHON_EXTRAS, names: known.extras }),
  };
}

/** A variable that names some of the names that there are. */
interface SelectionRequest {
  readonly variable: string;
  readonly what: "group" | "extra";
  readonly value: string | undefined;
  readonly names: readonly string[];
}

function chosen(request: SelectionRequest): readonly string[] {
  const wanted = (request.value ?? "").split(/[\s,]+/).filter((name) => name !== "");
  if (wanted.includes("*")) return [...new Set(request.names)];
  return [...new Set(wanted.map((name) => request.names.find((each) => isSame(each, name)) ?? unknown(request, name)))];
}

const isSame = (one: string, other: string): boolean => normalizedName(one) === normalizedName(other);

function unknown({ variable, what, names }: SelectionRequest, name: string): never {
  const code = what === "group" ? "PYTHON_GROUP_UNKNOWN" : "PYTHON_EXTRA_UNKNOWN";
  throw new UserError(code, `${variable} names the ${what} "${name}", which the project does not have`, {
    cause: names.length === 0 ? `the project has no ${what}s` : `the project has ${[...new Set(names)].join(", ")}`,
    hint: `Correct ${variable}, or declare the ${what} in ${tables[what]} of pyproject.toml and update the lockfile.`,
  });
}

const tables = { group: "[dependency-groups]", extra: "[project.optional-dependencies]" };
