import type { BuildResult, Process } from "../../build.ts";
import type { BuildpackPlanEntry } from "../../spec/buildpack-plan.ts";
import { unkeptFields } from "../../spec/layer-toml.ts";
import { isProcessType } from "../../spec/names.ts";

/** A value that the lifecycle would refuse or misread, and the remedy. */
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
        "Write integers beyond 2^53 as strings, and lists either of tables or of other values.",
      ),
    ),
  ];
}

function processProblems(type: string, { command, args = [], workingDir, execEnv = [] }: Process): readonly Problem[] {
  const named = `the process ${JSON.stringify(type)}`;
  return [
    ...when(
      !isProcessType(type),
      `${JSON.stringify(type)} is not a process type: only letters, digits, ., - and _ are possible`,
      "Rename it in the buildpack.",
    ),
    // a lifecycle before 0.21.15 crashes on an empty command
    ...when(
      !isWords(command) || !command[0],
      `${named} has ${hasNul(command) ? "a command that holds a NUL" : "no command"}`,
      "Give it a list with an executable.",
    ),
    ...when(!isWords(args), `${named} has arguments that are not texts, or hold a NUL`, "Give it a list of texts."),
    ...when(
      workingDir !== undefined && (workingDir === "" || !isWords([workingDir])),
      `${named} has a working directory that is not a path`,
      "Leave it out, or give a path, which may be relative to the application directory.",
    ),
    ...when(
      !execEnv.every((name) => /^(\*|[A-Za-z0-9.-]+)$/.test(name)),
      `${named} is for an execution environment that can have no such name`,
      "Use letters, digits, . and -.",
    ),
  ];
}

function defaultProblems(processes: Readonly<Record<string, Process>>): readonly Problem[] {
  const defaults = Object.keys(processes).filter((type) => processes[type]?.default);
  return when(
    defaults.length > 1,
    `the processes ${defaults.join(", ")} are all the default`,
    "Let one process be the default.",
  );
}

function labelProblems(key: string, value: unknown): readonly Problem[] {
  const named = `the label ${JSON.stringify(key)}`;
  return [
    ...when(
      !/^[^\s\p{Cc}=]+$/u.test(key),
      `${named} has a key with a space, = or nothing in it`,
      "Name it like com.example.title.",
    ),
    ...when(
      key.startsWith("io.buildpacks."),
      `${named} is the lifecycle's own, which would be overwritten`,
      "Choose a name of another domain.",
    ),
    ...when(typeof value !== "string", `${named} has a value that is not text`, "Give it a text."),
  ];
}

// As Go's filepath.Match reads it: a class is not empty and ends, a backslash escapes something.
const glob = /^(?:[^\\[]|\\.|\[\^?(?:(?:\\.|[^\\\]-])(?:-(?:\\.|[^\\\]-]))?)+\])+$/su;

function sliceProblems(pattern: string): readonly Problem[] {
  const named = `the slice ${JSON.stringify(pattern)}`;
  const segments = pattern.split("/");
  if (!glob.test(pattern))
    return [
      problem(`${named} is not a pattern`, "Close each [ and put characters into it. Do not end with a backslash."),
    ];
  return [
    // the specification allows absolute patterns, but the lifecycle never finds them
    ...when(pattern.startsWith("/"), `${named} is absolute`, "Give it relative to the application directory."),
    ...when(
      segments.includes(".."),
      `${named} leads out of the application directory`,
      "Slice files of the application.",
    ),
    ...when(
      segments.includes("**"),
      `${named} has **, which the lifecycle takes for *`,
      "Name a directory: all that it holds is in the slice.",
    ),
  ];
}

// the lifecycle fails the build for a name that is not in the plan
function unmetProblems(name: string, entries: readonly BuildpackPlanEntry[]): readonly Problem[] {
  return when(
    !entries.some((entry) => entry.name === name),
    `${JSON.stringify(name)} is called unmet but is not in the buildpack plan`,
    "Return only dependencies that plan.has().",
  );
}

const isWords = (words: readonly unknown[]) =>
  Array.isArray(words) && words.every((word) => typeof word === "string" && !word.includes("\0"));

const hasNul = (words: readonly unknown[]) =>
  Array.isArray(words) && words.some((word) => typeof word === "string" && word.includes("\0"));

const when = (isWrong: boolean, message: string, hint: string): readonly Problem[] =>
  isWrong ? [problem(message, hint)] : [];

const problem = (message: string, hint: string): Problem => ({ message, hint });
