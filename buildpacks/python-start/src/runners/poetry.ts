import { tableOf, textOf } from "@libcnb/app-kit/tables";
import type { Project } from "../project.ts";
import { quoted } from "../start.ts";
import { joined, optionsIn } from "./options.ts";
import { nothingToRun, obstacleOf, type Runner } from "./runner.ts";

const names = {
  valued: new Set(["--directory", "--project", "-P"]),
  long: { "-C": "--directory" },
};

/** Replaces `poetry run` by the command that Poetry would run. */
export const poetry: Runner = {
  title: "Poetry",
  programs: ["poetry"],
  async direct(words, project) {
    const first = optionsIn(words, 1, names);
    if (words[first.next] !== "run") return undefined;
    const { values, next } = joined(first, optionsIn(words, first.next + 1, names));
    const program = words[next];
    if (program === undefined) return nothingToRun("poetry");
    const script = project.installed.program(program) ? undefined : scriptOf(program, project);
    const obstacle = script === undefined ? await obstacleOf(program, project) : undefined;
    const dir = values.get("--directory")?.at(-1);
    return obstacle ?? (script === undefined ? { next, dir } : { text: script, next: next + 1, dir });
  },
};

/** Poetry calls the function of a script also where the project is not installed. */
function scriptOf(name: string, { pyproject }: Project): string | undefined {
  const scripts = tableOf(tableOf(tableOf(pyproject["tool"])["poetry"])["scripts"]);
  const [, module, func] =
    /^([\w.]+):(\w+)$/.exec(textOf(Object.hasOwn(scripts, name) ? scripts[name] : "") ?? "") ?? [];
  return (
    module &&
    `python -c ${quoted(`import sys; sys.path.append("src"); from ${module} import ${func}; sys.exit(${func}())`)}`
  );
}
