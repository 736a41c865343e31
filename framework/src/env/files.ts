import { LibcnbError } from "../errors.ts";
import { checkProcessType } from "../spec/names.ts";
import { combine } from "./combine.ts";
import type { EnvModification, EnvModifications, LayerEnv } from "./modification.ts";

/** File contents by path below the layer's directory: `env.launch/NODE_ENV.default`. */
export type EnvFiles = Readonly<Record<string, string>>;

/** The directories of a layer that contain its environment. */
export const envDirectories = ["env", "env.build", "env.launch"] as const;

/**
 * Returns the files that define a layer's environment, sorted by path. Their contents are the exact
 * values, without a trailing newline.
 *
 * @throws LibcnbError ENV_INVALID
 * @example `envFiles({ launch: { NODE_ENV: defaultTo("production") } }) // { "env.launch/NODE_ENV.default": "production" }`
 */
export function envFiles({ shared, build, launch, process = {} }: LayerEnv): EnvFiles {
  const files = [
    ...directoryFiles("env", shared),
    ...directoryFiles("env.build", build),
    ...directoryFiles("env.launch", launch),
    ...Object.entries(process).flatMap(([type, modifications]) =>
      directoryFiles(`env.launch/${checkProcessType(type)}`, modifications),
    ),
  ];
  return Object.fromEntries(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function directoryFiles(directory: string, modifications: EnvModifications = {}): [string, string][] {
  return Object.entries(modifications).flatMap(([name, given]) =>
    variableFiles(`${directory}/${checkVariable(name)}`, name, given),
  );
}

function variableFiles(file: string, name: string, given: EnvModifications[string]): [string, string][] {
  const modifications = "action" in given ? [given] : given;
  for (const modification of modifications) checkTexts(name, modification);
  const combined = combine(name, modifications);
  const values = [
    [`${file}.append`, combined.append],
    [`${file}.default`, combined.default],
    // the lifecycle looks for the delimiter in the same directory only
    [`${file}.delim`, combined.delimiter],
    [`${file}.override`, combined.override],
    [`${file}.prepend`, combined.prepend],
  ] as const;
  return values.flatMap(([path, value]) => (value === undefined ? [] : [[path, value]]));
}

// the name ends at the first dot of the file's name
function checkVariable(name: string): string {
  if (!/^[^./=\0]+$/.test(name))
    throw invalid(
      name,
      "its name is empty or contains ., /, = or a NUL character",
      "Use a name of letters, digits and _.",
    );
  if (name.startsWith("CNB_"))
    throw invalid(name, "the specification reserves names that begin with CNB_", "Choose another name.");
  return name;
}

// A process cannot be started with a NUL in its environment.
function checkTexts(name: string, modification: EnvModification): void {
  const texts: readonly unknown[] = [modification.value, "delimiter" in modification ? modification.delimiter : ""];
  if (!texts.every((text) => typeof text === "string"))
    throw invalid(name, "its value or delimiter is not a string", "Pass strings.");
  if (texts.some((text) => String(text).includes("\0")))
    throw invalid(name, "its value or delimiter contains a NUL character", "Remove the NUL character.");
}

function invalid(name: string, why: string, hint: string): LibcnbError<"ENV_INVALID"> {
  return new LibcnbError(
    "ENV_INVALID",
    `the environment variable ${JSON.stringify(name)} cannot be set by a layer: ${why}`,
    { hint },
  );
}
