import { defined } from "@libcnb/app-kit/defined";
import { inDir } from "@libcnb/app-kit/folders";
import { UserError } from "libcnb";
import type { Project } from "../project.ts";
import { mask } from "../scan/mask.ts";
import { smallText } from "../scan/small-text.ts";
import type { Guess, Start } from "../start.ts";

/** The server of Google's Functions Framework, which is also its package. It listens on 0.0.0.0 and PORT by itself. */
const server = "functions-framework";

/**
 * Returns the start settings for the only function that the app's source registers with a decorator
 * of the Functions Framework. Returns `undefined` if there is no such function, and an obstacle if
 * there are several.
 */
export async function functionGuess(project: Project): Promise<Guess | undefined> {
  if (!project.installed.program(server)) return undefined;
  const file = sourceOf(project);
  const text = await smallText(project.app, inDir(project.dir, file));
  if (text === undefined) return undefined;
  const [target, ...others] = declaredFunctions(text);
  if (target === undefined) return undefined;
  if (others.length === 0) return { start: functionStart(target, `the function ${target} in ${file}`, project) };
  return {
    obstacle: `${file} declares several functions (${[target, ...others].join(", ")})`,
    hint: `Set GOOGLE_FUNCTION_TARGET to one of them, such as ${target}.`,
  };
}

/**
 * Returns the start settings for the function that GOOGLE_FUNCTION_TARGET names, as in Google's
 * buildpacks.
 *
 * @throws UserError PYTHON_APP_INVALID if the framework or the source is missing
 */
export async function chosenFunction(target: string, project: Project): Promise<Start> {
  const invalid = (why: string, hint: string) =>
    new UserError("PYTHON_APP_INVALID", `GOOGLE_FUNCTION_TARGET is "${target}": ${why}`, { hint });
  if (!project.installed.program(server))
    throw invalid(`${server} is not installed`, `Add ${server} to the app's requirements.`);
  const file = sourceOf(project);
  if ((await smallText(project.app, inDir(project.dir, file))) === undefined)
    throw invalid(`there is no ${file}`, "Set GOOGLE_FUNCTION_SOURCE to the file that defines the function.");
  return functionStart(target, "GOOGLE_FUNCTION_TARGET", project);
}

const sourceOf = ({ settings }: Project): string => settings.GOOGLE_FUNCTION_SOURCE ?? "main.py";

function functionStart(target: string, source: string, { dir, settings }: Project): Start {
  const { GOOGLE_FUNCTION_SOURCE: file, GOOGLE_FUNCTION_SIGNATURE_TYPE: type } = settings;
  const env = {
    FUNCTION_TARGET: target,
    ...defined({ FUNCTION_SOURCE: file, FUNCTION_SIGNATURE_TYPE: type }),
  };
  return { line: server, source, dir, env, otherwise: "set GOOGLE_FUNCTION_TARGET to another function" };
}

/** Names of functions behind `@functions_framework.http` and the like; the name of the module may be imported as another. */
function declaredFunctions(source: string): readonly string[] {
  const text = mask(source);
  const alias = /^import functions_framework as (\w+)/m.exec(text)?.[1] ?? "functions_framework";
  const declared = /^@(\w+)\.(?:http|cloud_event|typed)\b[^\n]*\n(?:(?:@[^\n]*|[ \t]*)\n){0,50}(?:async )?def (\w+)/gm;
  return [...text.matchAll(declared)].flatMap(([, module, name]) => (module === alias && name ? [name] : []));
}
