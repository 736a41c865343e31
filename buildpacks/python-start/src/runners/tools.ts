import { inDir } from "@libcnb/app-kit/folders";
import { tableOf, textOf } from "@libcnb/app-kit/tables";
import type { Project } from "../project.ts";
import { type Obstacle, quoted } from "../start.ts";
import { joined, type OptionNames, type Options, optionsIn } from "./options.ts";
import { type Direct, nothingToRun, obstacleOf, type Runner } from "./runner.ts";
import { notRead, pdmScript, pipenvScript, scriptDirect } from "./scripts.ts";

const optionsOfPdm = { valued: new Set(["--project", "-p", "--venv", "--config", "-c"]), long: {} };

/**
 * Handles `pdm run`, and `pdm` with the name of a script, by returning the command that PDM would
 * run.
 */
export const pdm: Runner = {
  title: "PDM",
  programs: ["pdm"],
  async direct(words, project) {
    const first = optionsIn(words, 1, optionsOfPdm);
    const isRun = words[first.next] === "run";
    const { next } = isRun ? joined(first, optionsIn(words, first.next + 1, optionsOfPdm)) : first;
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

const optionsOfPipenv = { valued: new Set(["--python", "--pypi-mirror"]), long: {} };

/** Handles `pipenv run` by returning the command that Pipenv would run. */
export const pipenv: Runner = {
  title: "Pipenv",
  programs: ["pipenv"],
  async direct(words, project) {
    const first = optionsIn(words, 1, optionsOfPipenv);
    if (words[first.next] !== "run") return undefined;
    const { next } = optionsIn(words, first.next + 1, optionsOfPipenv);
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

const optionsOfPoetry = {
  valued: new Set(["--directory", "--project", "-P"]),
  long: { "-C": "--directory" },
};

/** Handles `poetry run` by returning the command that Poetry would run. */
export const poetry: Runner = {
  title: "Poetry",
  programs: ["poetry"],
  async direct(words, project) {
    const first = optionsIn(words, 1, optionsOfPoetry);
    if (words[first.next] !== "run") return undefined;
    const { values, next } = joined(first, optionsIn(words, first.next + 1, optionsOfPoetry));
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

/** All options of `uv run` and `uvx` that have values, as listed by `uv help run`. */
const optionsOfUv: OptionNames = {
  valued: new Set(
    "extra no-extra group no-group only-group no-editable-package env-file with with-editable with-requirements package python-platform index default-index index-url extra-index-url find-links index-strategy keyring-provider upgrade-package upgrade-group resolution prerelease prerelease-package fork-strategy exclude-newer exclude-newer-package no-sources-package reinstall-package link-mode config-setting config-settings-package no-build-isolation-package no-build-package no-binary-package cache-dir refresh-package python color allow-insecure-host directory project config-file from constraints build-constraints overrides torch-backend"
      .split(" ")
      .map((name) => `--${name}`)
      .concat("-i", "-f", "-P", "-C", "-p", "-c", "-b"),
  ),
  long: { "-w": "--with", "-m": "--module", "-s": "--script" },
};

/** Handles `uv run`, `uv tool run` and `uvx` by returning the command that uv would run. */
export const uv: Runner = {
  title: "uv",
  programs: ["uv", "uvx"],
  async direct(words, project) {
    const options = optionsOfRun(words);
    if (options === undefined) return undefined;
    const program = words[options.next];
    if (program === undefined) return nothingToRun("uv");
    return extraPackages(options, project) ?? (await direct(program, options, project));
  },
};

/** The options before and behind `run`. */
function optionsOfRun(words: readonly string[]): Options | undefined {
  const first = optionsIn(words, 1, optionsOfUv);
  if (words[0]?.endsWith("uvx")) return first;
  const [one, two] = words.slice(first.next);
  const ofTool = one === "tool" && two === "run" ? 2 : undefined;
  const length = one === "run" ? 1 : ofTool;
  return length && joined(first, optionsIn(words, first.next + length, optionsOfUv));
}

async function direct(program: string, options: Options, project: Project): Promise<Direct | Obstacle> {
  const { values, next } = options;
  const before = await interpreter(program, options, project);
  const obstacle = before === "" ? await obstacleOf(program, project) : undefined;
  if (obstacle !== undefined) return obstacle;
  return {
    text: before,
    next,
    dir: values.get("--directory")?.at(-1),
    warnings: (values.get("--env-file") ?? []).map(notRead),
  };
}

/** The interpreter for modules, files and directories of Python. */
async function interpreter(program: string, { values }: Options, { app, dir }: Project): Promise<string> {
  if (values.has("--module")) return "python -m";
  if (values.has("--script") || values.has("--gui-script") || /\.pyw?$/.test(program)) return "python";
  const isIn = /^[\w./-]+$/.test(program) && !/^\/|\.\./.test(program);
  const main = inDir(dir, `${program.replace(/\/$/, "")}/__main__.py`);
  return isIn && (await app.exists(main).catch(() => false)) ? "python" : "";
}

/** The obstacle for a package in `--with` that is not installed. */
function extraPackages({ values }: Options, { installed }: Project): Obstacle | undefined {
  const wanted = (values.get("--with") ?? []).flatMap((each) => each.split(","));
  const missing = wanted.find((each) => !installed.has(/^[\w.-]+/.exec(each.trim())?.[0] ?? each));
  return missing === undefined
    ? undefined
    : {
        obstacle: `uv run would install ${missing} when the app starts, but the image contains only packages that the build installed`,
        hint: `Add ${missing} to the app's dependencies: uv add ${quoted(missing)}`,
      };
}
