import { buildpackIdPattern, buildpackVersionPattern, reservedBuildpackIds, supportedBuildpackApis } from "libcnb/spec";
import { ScaffoldError } from "../errors.ts";

/**
 * Converts a text to a part of an id: `Mein Bäcker!` becomes `mein-backer`. The result is empty if
 * no character can be part of an id.
 */
export function slug(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, "-")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
}

/** Derives a display name from an id: `acme/my-buildpack` becomes `My Buildpack`. */
export const titleOf = (id: string): string =>
  lastPart(id)
    .split(/[-.]+/)
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");

export const lastPart = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

/**
 * Derives the name of the npm package from an id. The `/` is replaced, because npm would interpret
 * the text before it as a scope. The result differs from the names of the dependencies, because a
 * package must not have the name of one of its dependencies.
 */
export function packageNameOf(id: string, dependencies: readonly string[]): string {
  const name = slug(id.replaceAll("/", "-")).slice(0, 200) || "my-buildpack";
  return dependencies.includes(name) || name === "node_modules" ? `${name}-buildpack` : name;
}

/**
 * Returns a valid id unchanged.
 *
 * @throws ScaffoldError ARGUMENT_INVALID for any other, with a suggestion
 */
export function checkId(id: string): string {
  const problem = idProblem(id);
  if (problem === undefined) return id;
  throw new ScaffoldError("ARGUMENT_INVALID", `${JSON.stringify(id)} is not a valid id: ${problem}`, {
    hint: `Use another id, for example ${suggestedId(id)}.`,
  });
}

/** Describes the problem of an invalid id; undefined if the id is valid. */
export function idProblem(id: string): string | undefined {
  if (!buildpackIdPattern.test(id)) return "only letters, digits, ., - and / are allowed";
  if (reservedBuildpackIds.includes(id)) return "the specification reserves this id";
  // Ids become directories of the builder, with _ for /.
  if (/(^|\/)\.+(\/|$)/.test(id)) return "a part that consists only of dots would be a path";
  return id.length > 200 ? "it is too long for the name of a directory" : undefined;
}

export function suggestedId(id: string): string {
  const parts = id.split("/").map(slug);
  const suggestion = parts
    .filter((part) => part !== "")
    .join("/")
    .slice(0, 200);
  if (suggestion === "") return "my-buildpack";
  return idProblem(suggestion) === undefined ? suggestion : `${slug(suggestion).slice(0, 190)}-buildpack`;
}

/**
 * Returns a valid version unchanged.
 *
 * @throws ScaffoldError ARGUMENT_INVALID for any other, with a suggestion
 */
export function checkVersion(version: string): string {
  if (buildpackVersionPattern.test(version)) return version;
  const [major = "0", minor = "0", patch = "0"] = (version.match(/\d+/g) ?? ["0", "1"]).map(
    (part) => `${Number(part)}`,
  );
  throw new ScaffoldError("ARGUMENT_INVALID", `${JSON.stringify(version)} is not a version of the form X.Y.Z`, {
    hint: `Write for example --version ${major}.${minor}.${patch}.`,
  });
}

/**
 * Returns a supported Buildpack API version unchanged.
 *
 * @throws ScaffoldError ARGUMENT_INVALID for any other
 */
export function checkApi(api: string): string {
  if (supportedBuildpackApis.some((supported) => supported === api)) return api;
  throw new ScaffoldError("ARGUMENT_INVALID", `libcnb does not implement Buildpack API ${JSON.stringify(api)}`, {
    hint: `Use one of ${supportedBuildpackApis.join(", ")}.`,
  });
}

/**
 * Returns a text for display unchanged if it is a single line.
 *
 * @throws ScaffoldError ARGUMENT_INVALID for any other text
 */
export function checkLine(text: string, flag: string): string {
  const problem = lineProblem(text);
  if (problem === undefined) return text;
  throw new ScaffoldError("ARGUMENT_INVALID", `${flag} ${JSON.stringify(text)} ${problem}`, {
    hint: `Pass one line of text, for example ${flag} "A short text".`,
  });
}

/** Describes the problem of a text that is not a valid single line; undefined if it is valid. */
export function lineProblem(text: string): string | undefined {
  if (/\p{Cc}|[\u2028\u2029]/u.test(text)) return "contains line breaks or control characters";
  if (!text.isWellFormed()) return "is not valid Unicode";
  return text.length > 500 ? "is longer than 500 characters" : undefined;
}
