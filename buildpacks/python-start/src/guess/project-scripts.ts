import { nameOf, type Project, scriptsOf } from "../project.ts";
import type { Guess } from "./guess-result.ts";

/** Names of programs that serve an app. */
const usual = ["web", "start", "serve", "server", "app", "api", "run"];

/** A program that the project defines: one with a usual name or that of the project, or the only one. */
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
        otherwise: "write another command behind web: in a Procfile, or set BP_PYTHON_START",
      },
    };
  return {
    obstacle: `pyproject.toml has the script ${name}, but the project is not installed as a package, so that there is no such program`,
    hint: "Give pyproject.toml a [build-system], so that the project is installed, or name a command behind web: in a Procfile.",
  };
}
