import { defined } from "@libcnb/app-kit/defined";
import type { App, Process } from "libcnb";
import { plainCommand, shellCommand, withSignals } from "libcnb/kit";
import type { Start, Starts } from "./start.ts";

/** Programs that end by themselves when they get SIGTERM as the first process of a container. */
const handleSignals = new Set(
  "gunicorn uvicorn hypercorn granian daphne uwsgi streamlit celery fastapi functions-framework nginx".split(" "),
);

/** Returns the processes of the image for the start settings of an app. */
export function processesOf(starts: Starts, app: App): Readonly<Record<string, Process>> {
  const isOnly = Object.keys(starts).length === 1;
  return Object.fromEntries(
    Object.entries(starts).map(([type, start]) => [
      type,
      {
        command: commandOf(start),
        ...defined({
          workingDir: start.dir === "" ? undefined : app.path(start.dir),
          default: type === "web" || isOnly || undefined,
        }),
      },
    ]),
  );
}

/**
 * Determines the command of a process: the program itself, or a shell if necessary.
 *
 * The kernel ignores a signal to the first process of a container if the process has no handler for
 * it, and Python has no handler for SIGTERM. Therefore `with-signals`, which forwards signals,
 * starts each program that is not known to handle SIGTERM.
 */
export function commandOf({ line }: Start): Process["command"] {
  const plain = plainCommand(line);
  const command = plain === undefined ? shellCommand(line) : plain.words;
  const [program = ""] = plain?.words ?? mainWords(line);
  return command[0] === withSignals || handleSignals.has(program) ? command : [withSignals, ...command];
}

/** The words of a line behind the variables that it sets. */
const mainWords = (line: string): readonly string[] => {
  const words = line.trim().split(/\s+/);
  return words.slice(words.findIndex((word) => word !== "exec" && !/^[A-Za-z_]\w*=/.test(word)));
};

/**
 * Returns the environment variables of each process, by process type. They include the assignments
 * in front of the command.
 */
export const processEnvs = (starts: Starts): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(
    Object.entries(starts)
      .map(([type, { env, line }]) => [type, { ...env, ...plainCommand(line)?.env }] as const)
      .filter(([, env]) => Object.keys(env).length > 0),
  );
