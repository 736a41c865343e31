import { CnbError } from "../errors.ts";
import { type BuildOutputs, variablesOf } from "./build-outputs.ts";

/** The formats of `--output-file`, by name. */
export const outputFormats = ["json", "github", "dotenv", "tekton"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/**
 * Formats the outputs of a build as one JSON document, which includes the buildpacks, processes and
 * layers of the image.
 */
export function jsonText({ image, tags, digest, reference, report }: BuildOutputs): string {
  const { group, processes, layers } = report;
  return `${JSON.stringify({ image, tags, digest, reference, buildpacks: group, processes, layers }, null, 2)}\n`;
}

/**
 * Formats the outputs of a build for the file that `GITHUB_OUTPUT` names. Each value ends at a line
 * that equals `delimiter`. The delimiter must be unpredictable, because a value that contains it
 * could add outputs.
 */
export function githubText(outputs: BuildOutputs, delimiter: string): string {
  const { image, tags, digest, reference = "" } = outputs;
  const values = Object.entries({ image, digest, reference, tags: tags.join("\n") });
  if (values.some(([, value]) => value.includes(delimiter)))
    throw new Error(`cannot write the outputs for GitHub: a value contains the delimiter line ${delimiter}`);
  return values.map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`).join("");
}

/**
 * Formats the outputs of a build as lines `NAME=VALUE`, which GitLab reads as
 * `artifacts:reports:dotenv`. The format has neither quotes nor escapes, and GitLab refuses white
 * space in values.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function dotenvText(outputs: BuildOutputs): string {
  const variables = variablesOf(outputs);
  for (const [name, value] of variables) checkSingleLine(name, value);
  return variables.map(([name, value]) => `${name}=${value}\n`).join("");
}

/**
 * Checks before a build that the output format can represent the image's name.
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
    { hint: "Choose another name for the image, or another format, for example --output-format json." },
  );
}

/**
 * Returns the results of a Tekton task as pairs: the name of a file, and its content. Tekton
 * includes a trailing newline in a result, so the content has none.
 */
export const tektonFiles = variablesOf;
