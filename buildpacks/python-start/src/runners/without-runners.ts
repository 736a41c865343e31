import { defined, unlessEmpty } from "@libcnb/app-kit/defined";
import { UserError } from "libcnb";
import type { Project } from "../project.ts";
import { type Obstacle, quoted, type Start } from "../start.ts";
import { commandsIn, programAt, type Word } from "./command-words.ts";
import type { Direct, Runner } from "./runner.ts";
import { pdm, pipenv, poetry, uv } from "./tools.ts";

const runners: readonly Runner[] = [uv, poetry, pipenv, pdm];

/** Other tools that install packages, or that run programs in their own environments. */
const others = new Set("pip pip3 pipx hatch rye pixi conda mamba micromamba".split(" "));

/** A line without the tools, and what was left out of it. */
interface ResolvedLine {
  readonly line: string;
  /** `uv run` */
  readonly left: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Removes tools such as `uv run` from a command. The tools are not in the image, but the programs
 * that they run are in PATH.
 *
 * @throws UserError PYTHON_PROGRAM_MISSING if `web` needs the tool. For other processes, there is
 * only a warning
 */
export async function withoutRunners(type: string, start: Start, project: Project): Promise<Start> {
  const resolved = await lineWithout(start.line, project);
  if ("line" in resolved) return changed(start, resolved);
  const message = `${start.source} is "${start.line}": ${resolved.obstacle}`;
  if (type === "web") throw new UserError("PYTHON_PROGRAM_MISSING", message, { hint: resolved.hint });
  return {
    ...start,
    warnings: [...(start.warnings ?? []), `${message}, so the process ${type} cannot start. ${resolved.hint}`],
  };
}

function changed(start: Start, { line, left, warnings }: ResolvedLine): Start {
  const [hidden] = /\b(uv|poetry|pipenv|pdm) run\b/.exec(line) ?? [];
  const all = [
    ...(start.warnings ?? []),
    ...warnings,
    ...(hidden === undefined
      ? []
      : [`${start.source} runs "${hidden}", but this tool is not in the image. Remove "${hidden}" from the command.`]),
  ];
  const why = `started without ${[...new Set(left)].map((each) => `"${each}"`).join(" and ")}, because the programs of the app's packages are in PATH`;
  return {
    ...start,
    line,
    ...defined({ otherwise: left.length > 0 ? why : undefined, warnings: unlessEmpty(all) }),
  };
}

/** @param lookups how many scripts may yet be looked up: those of an app may call one another */
async function lineWithout(line: string, project: Project, lookups = { left: 50 }): Promise<ResolvedLine | Obstacle> {
  const commands = commandsIn(line);
  let resolved: ResolvedLine = { line, left: [], warnings: [] };
  // from the end, so that what is before stays where it is
  for (const words of commands.toReversed()) {
    const direct = await directOf(words, project);
    if (direct === undefined) continue;
    if ("obstacle" in direct) return direct;
    const text = await inner(direct, project, lookups);
    if ("obstacle" in text) return text;
    const isAlone = commands.length === 1;
    resolved = {
      line: replaced(resolved.line, words, { ...direct, text: text.line }, isAlone),
      left: [direct.left, ...text.left, ...resolved.left],
      warnings: [...(direct.warnings ?? []), ...text.warnings, ...resolved.warnings],
    };
  }
  return resolved;
}

/** Scripts may call tools themselves. */
async function inner(
  { text = "", left }: RemainingCommand,
  project: Project,
  lookups: { left: number },
): Promise<ResolvedLine | Obstacle> {
  if (text === "") return { line: text, left: [], warnings: [] };
  lookups.left -= 1;
  if (lookups.left > 0) return lineWithout(text, project, lookups);
  return {
    obstacle: `${left} runs scripts that call one another in a loop`,
    hint: "Replace it with the command that these scripts finally run.",
  };
}

type RemainingCommand = Direct & { readonly left: string };

/** A command without the tool that runs it; `undefined`: there is none, or the app has brought it along. */
async function directOf(words: readonly Word[], project: Project): Promise<RemainingCommand | Obstacle | undefined> {
  const at = programAt(words);
  const texts = words.slice(at).map(({ text }) => text);
  const name = texts[0]?.replace(/^.*\//, "") ?? "";
  const runner = runners.find(({ programs }) => programs.includes(name));
  if (runner === undefined) return installer(texts, project);
  const direct = (await runner.direct([name, ...texts.slice(1)], project)) ?? notInImage(runner.title, texts);
  if ("obstacle" in direct) return project.installed.program(name) ? undefined : direct;
  if (direct.isSequence && at > 0)
    return { obstacle: `${name} runs more than one command`, hint: `Write these commands instead of ${name}.` };
  return { ...direct, next: direct.next + at, left: name === "uvx" ? name : `${name} run` };
}

/** `pip install`, `python -m pip install` */
function installer(words: readonly string[], { installed }: Project): Obstacle | undefined {
  const isModule = /^python[\d.]*$/.test(words[0] ?? "") && words[1] === "-m";
  const name = (isModule ? words[2] : words[0]) ?? "";
  if (!others.has(name) || installed.program(name)) return undefined;
  return { obstacle: `the image does not contain ${name}`, hint: withoutTool(words) };
}

const notInImage = (title: string, words: readonly string[]): Obstacle => ({
  obstacle: `the image contains the packages that ${title} installed, but not ${title} itself`,
  hint: withoutTool(words),
});
const withoutTool = (words: readonly string[]): string =>
  `Remove "${words.slice(0, 3).join(" ")}": the build installs the packages, and their programs are in PATH.`;

/** The line with what a command comes to in its place. */
function replaced(
  line: string,
  words: readonly Word[],
  { next, text = "", dir, isSequence }: Direct,
  isAlone: boolean,
) {
  const [start, end] = [words[0]?.start ?? 0, words.at(-1)?.end ?? line.length];
  const tool = words[programAt(words)]?.start ?? start;
  const rest = line.slice(words[next]?.start ?? end, end);
  const command = `${line.slice(start, tool)}${[text, rest].filter((each) => each !== "").join(" ")}`;
  const moved = dir === undefined ? command : `cd ${quoted(dir)} && ${command}`;
  const isGrouped = !isAlone && (dir !== undefined || isSequence);
  return `${line.slice(0, start)}${isGrouped ? `(${moved})` : moved}${line.slice(end)}`;
}
