import { normalizedName } from "@libcnb/python-app/distributions";
import { UserError } from "libcnb";
import type { Settings } from "../config.ts";
import { type Selection, selectionOf } from "../project/selection.ts";

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
      hint: "Correct BP_POETRY_INSTALL_ONLY, or declare the group in pyproject.toml and update the lockfile.",
    },
  );
}
