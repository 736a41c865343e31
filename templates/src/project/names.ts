import { buildpackIdPattern, buildpackVersionPattern, reservedBuildpackIds, supportedBuildpackApis } from "libcnb/spec";
import { ScaffoldError } from "../errors.ts";

/** `Mein Bäcker!` → `mein-backer`; empty when nothing of the text can be part of an id. */
export function slug(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]+/g, "-")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
}

/** `acme/my-buildpack` → `My Buildpack`. */
export const titleOf = (id: string): string =>
  lastPart(id)
    .split(/[-.]+/)
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");

export const lastPart = (id: string): string => id.slice(id.lastIndexOf("/") + 1);

/** The name of the npm package. `/` would make a scope of it, and a package cannot depend on one of its own name. */
export function packageNameOf(id: string, dependencies: readonly string[]): string {
  const name = slug(id.replaceAll("/", "-")).slice(0, 200) || "my-buildpack";
  return dependencies.includes(name) || name === "node_modules" ? `${name}-buildpack` : name;
}

/** The id as given. @throws ScaffoldError ARGUMENT_INVALID with one that would do */
export function checkId(id: string): string {
  const problem = idProblem(id);
  if (problem === undefined) return id;
  throw new ScaffoldError("ARGUMENT_INVALID", `${JSON.stringify(id)} is not an id: ${problem}`, {
    hint: `Try ${suggestedId(id)}.`,
  });
}

/** What is wrong with an id, in words. */
export function idProblem(id: string): string | undefined {
  if (!buildpackIdPattern.test(id)) return "only letters, digits, ., - and / between them are possible";
  if (reservedBuildpackIds.includes(id)) return "the specification reserves it";
  // Ids become folders of the builder, with _ for /.
  if (/(^|\/)\.+(\/|$)/.test(id)) return "a part of dots alone is a path";
  return id.length > 200 ? "it is too long for the name of a folder" : undefined;
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

/** The version as given. @throws ScaffoldError ARGUMENT_INVALID with one that would do */
export function checkVersion(version: string): string {
  if (buildpackVersionPattern.test(version)) return version;
  const [major = "0", minor = "0", patch = "0"] = (version.match(/\d+/g) ?? ["0", "1"]).map(
    (part) => `${Number(part)}`,
  );
  throw new ScaffoldError("ARGUMENT_INVALID", `${JSON.stringify(version)} is not a version X.Y.Z`, {
    hint: `Try --version ${major}.${minor}.${patch}.`,
  });
}

/** The Buildpack API as given. @throws ScaffoldError ARGUMENT_INVALID */
export function checkApi(api: string): string {
  if (supportedBuildpackApis.some((supported) => supported === api)) return api;
  throw new ScaffoldError("ARGUMENT_INVALID", `libcnb does not implement Buildpack API ${JSON.stringify(api)}`, {
    hint: `Use one of ${supportedBuildpackApis.join(", ")}.`,
  });
}

/** One line of text for people. @throws ScaffoldError ARGUMENT_INVALID */
export function checkLine(text: string, flag: string): string {
  const problem = lineProblem(text);
  if (problem === undefined) return text;
  throw new ScaffoldError("ARGUMENT_INVALID", `${flag} ${JSON.stringify(text)} ${problem}`, {
    hint: "Give one line of text.",
  });
}

/** What is wrong with a line of text. */
export function lineProblem(text: string): string | undefined {
  if (/\p{Cc}|[\u2028\u2029]/u.test(text)) return "has line breaks or control characters in it";
  if (!text.isWellFormed()) return "is not valid Unicode";
  return text.length > 500 ? "is longer than 500 characters" : undefined;
}
