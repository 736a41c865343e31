import { CnbError } from "../errors.ts";
import { type BuildOutputs, variablesOf } from "./build-outputs.ts";

/** The formats of `--output-file`, by name. */
export const outputFormats = ["json", "github", "dotenv", "tekton"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** Formats the outputs as one JSON document, with the buildpacks, processes and layers of the image. */
export function jsonText({ image, tags, digest, reference, report }: BuildOutputs): string {
  const { group, processes, layers } = report;
  return `${JSON.stringify({ image, tags, digest, reference, buildpacks: group, processes, layers }, null, 2)}\n`;
}

/**
 * Formats the outputs for the file that `GITHUB_OUTPUT` names. Each value ends at a line that equals
 * `delimiter`, so the delimiter must be unpredictable: a value that contains it could add outputs.
 */
export function githubText(outputs: BuildOutputs, delimiter: string): string {
  const { image, tags, digest, reference = "" } = outputs;
  const values = Object.entries({ image, digest, reference, tags: tags.join("\n") });
  if (values.some(([, value]) => value.includes(delimiter)))
    throw new Error("cannot write the outputs for GitHub: a value contains the delimiter of the file");
  return values.map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`).join("");
}

/**
 * Formats the outputs as lines `NAME=VALUE`, which GitLab reads as `artifacts:reports:dotenv`. The
 * format has neither quotes nor escapes, and GitLab refuses white space in values.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function dotenvText(outputs: BuildOutputs): string {
  const variables = variablesOf(outputs);
  for (const [name, value] of variables) checkSingleLine(name, value);
  return variables.map(([name, value]) => `${name}=${value}\n`).join("");
}

/**
 * Checks before a build that the image's name can be written in the format.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function checkName(format: OutputFormat, image: string): void {
  if (format === "dotenv") checkSingleLine("IMAGE_URL", image);
}

function checkSingleLine(name: string, value: string): void {
  if (/^[\x21-\x7e]*$/.test(value)) return;
  throw new CnbError(
    "ARGUMENT_INVALID",
    `--output-format dotenv cannot contain ${name}: ${JSON.stringify(value)} has white space or characters other than ASCII`,
    { hint: "Choose another name for the image, or another format." },
  );
}

/**
 * The results of a Tekton task: a file for each result, by name. A trailing newline would become
 * part of the result.
 */
export const tektonFiles = variablesOf;
