import { inDir } from "@libcnb/app-kit/folders";
import type { Project } from "../project.ts";
import { type Obstacle, quoted } from "../start.ts";
import { joined, type OptionNames, type Options, optionsIn } from "./options.ts";
import { type Direct, nothingToRun, obstacleOf, type Runner } from "./runner.ts";
import { notRead } from "./scripts.ts";

/** All of `uv run` and `uvx` that have values, as `uv help run` tells. */
const names: OptionNames = {
  valued: new Set(
    "extra no-extra group no-group only-group no-editable-package env-file with with-editable with-requirements package python-platform index default-index index-url extra-index-url find-links index-strategy keyring-provider upgrade-package upgrade-group resolution prerelease prerelease-package fork-strategy exclude-newer exclude-newer-package no-sources-package reinstall-package link-mode config-setting config-settings-package no-build-isolation-package no-build-package no-binary-package cache-dir refresh-package python color allow-insecure-host directory project config-file from constraints build-constraints overrides torch-backend"
      .split(" ")
      .map((name) => `--${name}`)
      .concat("-i", "-f", "-P", "-C", "-p", "-c", "-b"),
  ),
  long: { "-w": "--with", "-m": "--module", "-s": "--script" },
};

/** Replaces `uv run`, `uv tool run` and `uvx` by the command that uv would run. */
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
  const first = optionsIn(words, 1, names);
  if (words[0]?.endsWith("uvx")) return first;
  const [one, two] = words.slice(first.next);
  const ofTool = one === "tool" && two === "run" ? 2 : undefined;
  const length = one === "run" ? 1 : ofTool;
  return length && joined(first, optionsIn(words, first.next + length, names));
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
