import { inDir } from "@libcnb/app-kit/folders";
import { isTable, tableOf } from "@libcnb/app-kit/tables";
import type { ProjectSource } from "../package-manager.ts";
import { type Selection, selectionOf } from "../project/selection.ts";

/**
 * The requested groups and extras: those of pyproject.toml are checked, and `*` means all of them.
 * Declarations in setup.py or a lockfile are only known to pip.
 *
 * @throws UserError PYTHON_GROUP_UNKNOWN, PYTHON_EXTRA_UNKNOWN
 */
export async function readSelection({ app, dir, settings }: ProjectSource, isItself: boolean): Promise<Selection> {
  const file = inDir(dir, "pyproject.toml");
  const { project, "dependency-groups": groups } = (await app.exists(file)) ? await app.readToml(file) : {};
  const known = { groups: namesIn(groups), extras: namesIn(tableOf(project)["optional-dependencies"]) };
  const isStatic = isItself && isTable(project) && !isDynamic(project["dynamic"]);
  const asked = wordsIn(settings.BP_PYTHON_EXTRAS);
  return selectionOf(settings, isStatic ? known : { ...known, extras: [...known.extras, ...asked] });
}

const isDynamic = (names: unknown): boolean => Array.isArray(names) && names.includes("optional-dependencies");

const namesIn = (table: unknown): readonly string[] => Object.keys(tableOf(table));

const wordsIn = (text = ""): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== "" && word !== "*");
