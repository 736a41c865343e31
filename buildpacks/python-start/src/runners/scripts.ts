import { inDir } from "@libcnb/app-kit/folders";
import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import type { Project } from "../project.ts";
import { type Obstacle, quoted } from "../start.ts";
import type { Direct } from "./runner.ts";

/** A script that an app defines for a tool, as a line for a shell. */
interface Script {
  readonly line: string;
  /** True if the line contains more than one command. */
  readonly isSequence: boolean;
  readonly warnings: readonly string[];
}

/** The reason why a tool's script cannot be expressed as a line for a shell. */
type Unclear = { readonly unclear: string };

/** Returns a script in the Pipfile's table `scripts`; `undefined` if it is missing. */
export async function pipenvScript(name: string, { app, dir }: Project): Promise<Script | Unclear | undefined> {
  const file = inDir(dir, "Pipfile");
  const scripts = (await app.exists(file)) ? tableOf((await app.readToml(file))["scripts"]) : {};
  if (!Object.hasOwn(scripts, name)) return undefined;
  const script = scripts[name];
  const called = isTable(script) ? calling(stringOf(script["call"])) : undefined;
  const line = called ?? stringOf(script) ?? textsOf(script).join(" && ");
  if (line === "") return { unclear: "is not a command" };
  return { line, isSequence: Array.isArray(script) && script.length > 1, warnings: [] };
}

/** Returns a script in `[tool.pdm.scripts]`; `undefined` if it is missing. */
export function pdmScript(name: string, { pyproject }: Project): Script | Unclear | undefined {
  const scripts = tableOf(tableOf(tableOf(pyproject["tool"])["pdm"])["scripts"]);
  if (name === "_" || !Object.hasOwn(scripts, name)) return undefined;
  const given = scripts[name];
  const script: s.Table = isTable(given) ? given : { cmd: given };
  const options = { ...tableOf(scripts["_"]), ...script };
  const hook = [`pre_${name}`, `post_${name}`].find((each) => Object.hasOwn(scripts, each));
  if (hook !== undefined) return { unclear: `has the hook ${hook}` };
  const line = pdmLine(script);
  if (line === undefined || /\{(args|pdm|run_cwd)\b/.test(line)) return { unclear: "is more than one command" };
  const env = { ...tableOf(tableOf(scripts["_"])["env"]), ...tableOf(script["env"]) };
  const before = options["working_dir"] === undefined ? "" : `cd ${quoted(String(options["working_dir"]))} && `;
  return {
    line: `${before}${withVariables(env)}${line}`,
    isSequence: before !== "" || stringOf(script["shell"]) !== undefined,
    warnings: options["env_file"] === undefined ? [] : [notRead(`the env_file of ${name}`)],
  };
}

/**
 * Creates the warning about an environment file that the tool would read, but that is not read at
 * launch. Such a file is often not part of the source.
 */
export const notRead = (file: string): string =>
  `The app starts without reading ${file}: set its environment variables for the container.`;

function pdmLine({ cmd, shell, call }: s.Table): string | undefined {
  const words = textsOf(cmd).map(expandable).join(" ");
  return (
    (stringOf(cmd)
      ?.trim()
      .replace(/(?<!\s)\s*\n\s*/g, " ") ??
      stringOf(shell)?.trim() ??
      calling(stringOf(call)) ??
      words) ||
    undefined
  );
}

/** `shop.main:run` and `shop.main:run('x')`; the program's exit code is what it returns. */
function calling(target: string | undefined): string | undefined {
  const [, module, func, args = "()"] = /^([\w.]+):(\w[\w.]*)(\(.*\))?$/s.exec(target ?? "") ?? [];
  return module && `python -c ${quoted(`import sys, ${module} as app; sys.exit(app.${func}${args})`)}`;
}

/** The tools put variables into words themselves. */
const expandable = (word: string): string =>
  word.includes("$") ? `"${word.replaceAll(/["\\`]/g, "\\$&")}"` : quoted(word);

const withVariables = (env: s.Table): string => {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${expandable(String(value))}`);
  return variables.length === 0 ? "" : `env ${variables.join(" ")} `;
};

interface NamedScript {
  readonly script: Script | Unclear;
  readonly name: string;
  /** The index of the word that names it. */
  readonly next: number;
  readonly where: string;
  readonly warnings: readonly string[];
}

/**
 * Replaces the name of a script in a start command by the script's own command. Returns an obstacle
 * with the reason if only the tool itself can run the script.
 */
export const scriptDirect = ({ script, name, next, where, warnings }: NamedScript): Direct | Obstacle =>
  "unclear" in script
    ? {
        obstacle: `the script ${name} in ${where} ${script.unclear}, so it cannot run without its tool`,
        hint: "Write the commands instead of the script: the programs of the app's packages are in PATH.",
      }
    : {
        text: script.line,
        next: next + 1,
        isSequence: script.isSequence,
        warnings: [...warnings, ...script.warnings],
      };
