import type { BuildResult, Process } from "../../build.ts";
import type { BuildpackPlanEntry } from "../../spec/buildpack-plan.ts";
import { unkeptFields } from "../../spec/layer-toml.ts";
import { isProcessType, processTypeRule } from "../../spec/names.ts";

/** A value in a result that the lifecycle would refuse or misread, and the remedy. */
export interface Problem {
  readonly message: string;
  readonly hint: string;
}

/** Lists all values in a build's result that violate a rule of launch.toml, build.toml or store.toml. */
export function outputProblems(
  { processes = {}, labels = {}, slices = [], unmet = [], store = {} }: BuildResult,
  entries: readonly BuildpackPlanEntry[],
): readonly Problem[] {
  return [
    ...Object.entries(processes).flatMap(([type, process]) => processProblems(type, process)),
    ...defaultProblems(processes),
    ...Object.entries(labels).flatMap(([key, value]) => labelProblems(key, value)),
    ...slices.flat().flatMap(sliceProblems),
    ...unmet.flatMap(({ name }) => unmetProblems(name, entries)),
    ...unkeptFields(store).map((path) =>
      problem(
        `store has a value that the lifecycle does not preserve: ${path}`,
        "Write integers beyond 2^53 as strings. Do not mix tables with other values in one list.",
      ),
    ),
  ];
}

/** The fields of a process. Types do not protect from a misspelt one if the value has an index signature, or in JavaScript. */
const processFields: ReadonlySet<string> = new Set<keyof Process>([
  "command",
  "args",
  "default",
  "workingDir",
  "execEnv",
]);

function processProblems(type: string, process: Process): readonly Problem[] {
  const { command, args = [], workingDir, execEnv = [] } = process;
  const named = `the process ${JSON.stringify(type)}`;
  return [
    ...Object.keys(process)
      .filter((field) => !processFields.has(field))
      .map((field) =>
        problem(
          `${named} has an unknown field: ${JSON.stringify(field)}`,
          `Remove the field, or correct its name. A process has the fields ${[...processFields].join(", ")}.`,
        ),
      ),
    ...when(
      !isProcessType(type),
      `${JSON.stringify(type)} is not a process type: ${processTypeRule(type)}`,
      "Rename the process type in the buildpack.",
    ),
    // a lifecycle before 0.21.15 crashes on an empty command
    ...when(
      !isWords(command) || !command[0],
      `${named} has ${commandProblem(command)}`,
      "Set command to a list of strings that begins with an executable.",
    ),
    ...when(
      !isWords(args),
      `${named} has arguments that are not strings or contain a NUL character`,
      "Set args to a list of strings.",
    ),
    ...when(
      workingDir !== undefined && (workingDir === "" || !isWords([workingDir])),
      `${named} has a working directory that is not a path`,
      "Remove workingDir, or set it to a path, which may be relative to the application directory.",
    ),
    ...when(
      !execEnv.every((name) => /^(\*|[A-Za-z0-9.-]+)$/.test(name)),
      `${named} has execEnv ${JSON.stringify(execEnv)}, which contains an invalid name`,
      "Use letters, digits, . and - in the names of execEnv, or * for all.",
    ),
  ];
}

function defaultProblems(processes: Readonly<Record<string, Process>>): readonly Problem[] {
  const defaults = Object.keys(processes).filter((type) => processes[type]?.default);
  return when(
    defaults.length > 1,
    `several processes are marked as default: ${defaults.join(", ")}`,
    "Mark only one process as default.",
  );
}

function labelProblems(key: string, value: unknown): readonly Problem[] {
  const named = `the label ${JSON.stringify(key)}`;
  return [
    ...when(
      !/^[^\s\p{Cc}=]+$/u.test(key),
      `${named} has a key that is empty or contains white space, a control character or =`,
      "Use a key such as com.example.title.",
    ),
    ...when(
      key.startsWith("io.buildpacks."),
      `${named} is reserved for the lifecycle: it begins with io.buildpacks.`,
      "Use a key of your own domain, such as com.example.title.",
    ),
    ...when(typeof value !== "string", `${named} has a value that is not a string`, "Set the label to a string."),
  ];
}

// As Go's filepath.Match reads it: a class is not empty and ends, a backslash escapes something.
const glob = /^(?:[^\\[]|\\.|\[\^?(?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+\])+$/su;

function sliceProblems(pattern: string): readonly Problem[] {
  const named = `the slice ${JSON.stringify(pattern)}`;
  const segments = pattern.split("/");
  if (pattern === "")
    return [problem("a slice has an empty pattern", "Remove the pattern, or name files of the application.")];
  if (!glob.test(pattern))
    return [
      problem(
        `${named} is not a valid glob pattern`,
        "Close each [ with ], with characters in between. Do not end with a backslash.",
      ),
    ];
  return [
    // the specification allows absolute patterns, but the lifecycle never finds them
    ...when(
      pattern.startsWith("/"),
      `${named} is an absolute path`,
      "Use a path relative to the application directory.",
    ),
    ...when(
      segments.includes(".."),
      `${named} leads out of the application directory`,
      "Use patterns that match files of the application.",
    ),
    ...when(
      segments.includes("**"),
      `${named} contains **, which the lifecycle treats as *`,
      "Use the path of a directory: the slice then includes everything in it.",
    ),
  ];
}

// the lifecycle fails the build for a name that is not in the plan
function unmetProblems(name: string, entries: readonly BuildpackPlanEntry[]): readonly Problem[] {
  return when(
    !entries.some((entry) => entry.name === name),
    `unmet contains ${JSON.stringify(name)}, which is not in the buildpack plan`,
    "List only dependencies for which plan.has() returns true.",
  );
}

const isWords = (words: readonly unknown[]) =>
  Array.isArray(words) && words.every((word) => typeof word === "string" && !word.includes("\0"));

function commandProblem(command: readonly unknown[]): string {
  if (command === undefined || (Array.isArray(command) && [undefined, ""].includes(command[0]))) return "no command";
  if (!Array.isArray(command)) return "a command that is not a list";
  const hasNul = command.some((word) => typeof word === "string" && word.includes("\0"));
  return `a command that ${hasNul ? "contains a NUL character" : "contains something other than strings"}`;
}

const when = (isWrong: boolean, message: string, hint: string): readonly Problem[] =>
  isWrong ? [problem(message, hint)] : [];

const problem = (message: string, hint: string): Problem => ({ message, hint });
