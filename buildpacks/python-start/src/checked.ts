import { inDir } from "@libcnb/app-kit/folders";
import { UserError } from "libcnb";
import { plainCommand } from "libcnb/kit";
import type { Project } from "./project.ts";
import { servers } from "./serve/servers.ts";
import type { Start } from "./start.ts";

/** Programs of packages that users name in commands, and forget to install. */
const known = new Map([
  ...servers.map(({ program, name }) => [program, name] as const),
  ...[
    "flask",
    "django-admin",
    "streamlit",
    "chainlit",
    "gradio",
    "celery",
    "rq",
    "sanic",
    "dramatiq",
    "huey_consumer",
  ].map((name) => [name, name] as const),
  ...[
    ["fastapi", "fastapi[standard]"],
    ["django-admin", "django"],
    ["huey_consumer", "huey"],
  ].map(([program = "", name = ""]) => [program, name] as const),
]);

/** Servers that by default listen only on the loopback interface, at a port of their own. */
const forItself =
  /^(uvicorn|hypercorn|granian|daphne|flask|fastapi dev|chainlit|python manage\.py runserver|python -m (uvicorn|hypercorn|flask))\b/;

/**
 * Matches an option that binds a server to the loopback address. Other options name such addresses,
 * too: those of proxies and databases.
 */
const loopback =
  /\s(?:-[bBHih]|--(?:bind|host|listen|address|endpoint|interface|http|http-socket|server\.address)|runserver)[\s=]*["']?(?:\w+:)?(127(?:\.\d+){3}|localhost|\[?::1\]?)(?![\w.])/;

const everywhere = /0\.0\.0\.0|\[?::\]?(?!1)|--(uds|fd)\b|unix:/;

/**
 * Checks a start command, and returns warnings about the command. If the command will certainly
 * fail when the container starts, the function throws an error instead.
 *
 * @throws UserError PYTHON_START_INTERACTIVE, PYTHON_PROGRAM_MISSING
 */
export async function warningsOf(type: string, start: Start, project: Project): Promise<readonly string[]> {
  const words = programOf(start.line);
  if (/^(python[\d.]*|ipython)$/.test(words[0] ?? "") && words.slice(1).every((word) => word === "-u" || word === "-i"))
    throw interactive(start);
  const missing = missingProgram(words, project);
  if (missing !== undefined && type === "web") throw missing;
  return [
    ...(missing === undefined
      ? []
      : [`${missing.message}, so the process ${type} cannot start. ${missing.hint ?? ""}`.trim()]),
    ...(type === "web" ? unreachable(words, start) : []),
    ...(await missingFile(words, start, project)),
    ...(await missingObject(words, start, project)),
  ];
}

/** `gunicorn --bind 127.0.0.1:8000 shop:app`, or `uvicorn shop:app` */
function unreachable(words: readonly string[], { source, line }: Start): readonly string[] {
  const command = words.join(" ");
  const isServer = known.has(words[0] ?? "") || forItself.test(command);
  if (!isServer || everywhere.test(line)) return [];
  const own = loopback.exec(line)?.[1];
  if (own !== undefined)
    return [
      `${source} runs ${words[0]} at ${own}: it is not reachable from outside of the container. Use 0.0.0.0 and $PORT instead.`,
    ];
  if (!forItself.test(command)) return [];
  return [
    `${source} runs ${words[0]} without an address: it is not reachable from outside of the container. Add --host 0.0.0.0 --port $PORT, or the options of ${words[0]} for these values.`,
  ];
}

/** The words of the command, as far as they are plain: without variables before it, and what only runs others. */
function programOf(line: string): readonly string[] {
  const [command = ""] = line.split(/&&|\|\||[;|&\n]/).slice(-1);
  const words = plainCommand(command)?.words ?? command.trim().split(/\s+/);
  return words.slice(words.findIndex((word) => !/^([A-Za-z_]\w*=.*|exec|env)$/.test(word)));
}

const interactive = (start: Start): UserError =>
  new UserError(
    "PYTHON_START_INTERACTIVE",
    `${start.source} is "${start.line}": without a file, Python reads commands from its standard input, and in a container it exits at once`,
    {
      hint: 'Add the file to run to the command, such as "python main.py", or start a server, such as "gunicorn shop:app".',
    },
  );

function missingProgram([program = ""]: readonly string[], { installed }: Project): UserError | undefined {
  if (installed.program(program) || !known.has(program)) return undefined;
  return new UserError("PYTHON_PROGRAM_MISSING", `the start command runs ${program}, which is not installed`, {
    hint: `Add ${known.get(program)} to the app's dependencies (requirements.txt, or pyproject.toml and its lockfile).`,
  });
}

/** `python shop.py` */
async function missingFile(
  [program = "", ...words]: readonly string[],
  start: Start,
  { app }: Project,
): Promise<readonly string[]> {
  const file = words.find((word) => !word.startsWith("-"));
  const isFile = /^python[\d.]*$/.test(program) && words[0] === file && file?.endsWith(".py") && !file.startsWith("/");
  if (!isFile || file === undefined || (await app.exists(inDir(start.dir, file)).catch(() => true))) return [];
  return [
    `${start.source} runs ${file}, which the app does not have. Check the path: it is relative to ${start.dir === "" ? "the app" : start.dir}.`,
  ];
}

/** `gunicorn shop.main:app` */
async function missingObject(
  words: readonly string[],
  start: Start,
  { modules, dir }: Project,
): Promise<readonly string[]> {
  if (!servers.some(({ program }) => program === words[0]) || start.dir !== dir) return [];
  const [, module = "", name = ""] =
    words.map((word) => /^([A-Za-z_][\w.]*):([A-Za-z_]\w*)(?:\(.*)?$/.exec(word)).find((match) => match !== null) ?? [];
  const file = module === "" ? undefined : await modules.find(module);
  const facts = file === undefined ? undefined : await modules.file(file);
  if (facts === undefined || facts.names.has(name) || facts.stars.length > 0) return [];
  const others = [...facts.names].filter(([, { kind }]) => kind === "call").map(([each]) => each);
  return [
    `${start.source} serves ${name} of ${file}, but this file does not define ${name}${others.length === 0 ? "" : ` (it defines ${others.slice(0, 5).join(", ")})`}.`,
  ];
}
