import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import { jsonText } from "../project/json-text.ts";

/** The categories of a Pipfile, including `packages` and `dev-packages`, with unparsed entries. */
export const categoriesIn = (pipfile: s.Table): Readonly<Record<string, s.Table>> =>
  Object.fromEntries(
    Object.entries(pipfile)
      .filter(([name, value]) => !settings.has(name) && !Array.isArray(value))
      .map(([name, value]) => [name, tableOf(value)]),
  );

const settings: ReadonlySet<string> = new Set(["source", "requires", "scripts", "pipenv", "pipfile"]);

/** The section of Pipfile.lock for a category. */
export const sectionOf = (category: string): string => sections.get(category) ?? category;

const sections: ReadonlyMap<string, string> = new Map([
  ["packages", "default"],
  ["dev-packages", "develop"],
]);

/** The Python version that a Pipfile requires, as a specifier. */
export function pythonOf(pipfile: s.Table): string | undefined {
  const requires = tableOf(pipfile["requires"]);
  const [full, line] = [stringOf(requires["python_full_version"]), stringOf(requires["python_version"])];
  if (full !== undefined) return `==${full}`;
  return line === undefined || line === "*" ? undefined : `==${line}.*`;
}

/**
 * Selects the parts of the Pipfile that affect an installation, without URLs and the app's own
 * scripts.
 */
export const decisivePipfile = (pipfile: s.Table): string =>
  jsonText([categoriesIn(pipfile), pipfile["requires"], pipfile["pipenv"]], (key, value) =>
    key === "index" ? undefined : value,
  );
