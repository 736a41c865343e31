import { joined, optionsIn } from "./options.ts";
import { nothingToRun, obstacleOf, type Runner } from "./runner.ts";
import { pdmScript, scriptDirect } from "./scripts.ts";

const names = { valued: new Set(["--project", "-p", "--venv", "--config", "-c"]), long: {} };

/** Replaces `pdm run`, and `pdm` with the name of a script, by the command that PDM would run. */
export const pdm: Runner = {
  title: "PDM",
  programs: ["pdm"],
  async direct(words, project) {
    const first = optionsIn(words, 1, names);
    const isRun = words[first.next] === "run";
    const { next } = isRun ? joined(first, optionsIn(words, first.next + 1, names)) : first;
    const program = words[next];
    if (program === undefined) return isRun ? nothingToRun("pdm") : undefined;
    const script = pdmScript(program, project);
    if (script !== undefined)
      return scriptDirect({ script, name: program, next, where: "[tool.pdm.scripts]", warnings: [] });
    if (!isRun) return undefined;
    if (program.endsWith(".py")) return { text: "python", next };
    return (await obstacleOf(program, project)) ?? { next };
  },
};
