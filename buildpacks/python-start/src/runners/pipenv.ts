import { inDir } from "@libcnb/app-kit/folders";
import { optionsIn } from "./options.ts";
import { nothingToRun, obstacleOf, type Runner } from "./runner.ts";
import { notRead, pipenvScript, scriptDirect } from "./scripts.ts";

const names = { valued: new Set(["--python", "--pypi-mirror"]), long: {} };

/** Replaces `pipenv run` by the command that Pipenv would run. */
export const pipenv: Runner = {
  title: "Pipenv",
  programs: ["pipenv"],
  async direct(words, project) {
    const first = optionsIn(words, 1, names);
    if (words[first.next] !== "run") return undefined;
    const { next } = optionsIn(words, first.next + 1, names);
    const program = words[next];
    if (program === undefined) return nothingToRun("pipenv");
    const script = await pipenvScript(program, project);
    const { app, dir } = project;
    const file = inDir(dir, ".env");
    const warnings = (await app.exists(file)) ? [notRead(file)] : [];
    if (script !== undefined)
      return scriptDirect({ script, name: program, next, where: "[scripts] of Pipfile", warnings });
    return (await obstacleOf(program, project)) ?? { next, warnings };
  },
};
