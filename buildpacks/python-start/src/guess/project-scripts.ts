import { nameOf, type Project, scriptsOf } from "../project.ts";
import type { Guess } from "./guess-result.ts";

/** Names of programs that serve an app. */
const usual = ["web", "start", "serve", "server", "app", "api", "run"];

/**
 * Chooses the program to start among those that the project defines: one with a common name or the
 * project's name, or else the only program.
 */
export async function projectScript({ pyproject, installed, dir }: Project): Promise<Guess | undefined> {
  const scripts = scriptsOf(pyproject).filter((name) => !["worker", "release"].includes(name));
  const own = nameOf(pyproject);
  const name =
    [...usual, own ?? ""].find((each) => scripts.includes(each)) ?? (scripts.length === 1 ? scripts[0] : undefined);
  if (name === undefined || !/^[\w.-]+$/.test(name)) return undefined;
  if (installed.program(name))
    return {
      start: {
        line: name,
        source: `the script ${name} of pyproject.toml`,
        dir,
        otherwise: "to start something else, write the command after web: in a Procfile, or set BP_PYTHON_START",
      },
    };
  return {
    obstacle: `pyproject.toml has the script ${name}, but the project is not installed as a package, so this program does not exist`,
    hint: "Add a [build-system] to pyproject.toml, so that the project is installed, or write a command after web: in a Procfile.",
  };
}
