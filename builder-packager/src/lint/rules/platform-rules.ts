import { parseBaseToml } from "../../base/base-toml.ts";
import { baseTomlKeys } from "../../base/base-toml-schema.ts";
import { type BuilderToml, parseBuilderToml } from "../../builder/toml/builder-toml.ts";
import { builderTomlKeys } from "../../builder/toml/builder-toml-schema.ts";
import { type PackageToml, packageTomlKeys, parsePackageToml } from "../../buildpackage/package-toml.ts";
import { type KnownKeys, unknownKeys } from "../../config/unknown-keys.ts";
import { parseProject } from "../../project/read-descriptor.ts";
import { unknownProjectIssues } from "../../project/unknown-project-keys.ts";
import type { LintDocument } from "../document.ts";
import type { Problem } from "../finding.ts";
import { issueProblem, issuesIn, keyProblem, otherIssues } from "./descriptor-rules.ts";

/** A decoded file. `value` is undefined if the file is not valid. */
export interface Decoded<Value> {
  readonly value: Value | undefined;
  readonly problems: readonly Problem[];
}

/** Decodes a package.toml, and reports invalid values. */
export const checkPackageToml = (document: LintDocument): Decoded<PackageToml> => {
  const kind = "extension" in document.table && !("buildpack" in document.table) ? "extension" : "buildpack";
  return decoded(document, packageTomlKeys, () => parsePackageToml(document.text, document.file, kind));
};

/** Decodes a builder.toml, and reports settings that have no effect. */
export function checkBuilderToml(document: LintDocument): Decoded<BuilderToml> {
  const { value, problems } = decoded(document, builderTomlKeys, () => parseBuilderToml(document.text, document.file));
  const warnings = (value?.warnings ?? []).map(
    (message): Problem => ({ rule: "no-effect", path: pathOf(message), message }),
  );
  return { value, problems: [...problems, ...warnings] };
}

const pathOf = (warning: string): string => (warning.startsWith("The order") ? "order" : "build.env");

/** Decodes a base.toml, and reports invalid values. */
export const checkBaseToml = (document: LintDocument): Decoded<unknown> =>
  decoded(document, baseTomlKeys, () => parseBaseToml(document.text, document.file));

/** Decodes a project.toml, and reports invalid values. Unknown keys are warnings. */
export function checkProjectToml(document: LintDocument): Decoded<unknown> {
  try {
    const value = parseProject(document.text, document.file);
    return {
      value,
      problems: unknownProjectIssues(value).map((issue) => ({ ...keyProblem(document)(issue), severity: "warning" })),
    };
  } catch (error) {
    return { value: undefined, problems: issuesIn(error).map(issueProblem) };
  }
}

/** Decodes a file whose tools refuse every unknown key. */
function decoded<Value>(document: LintDocument, keys: KnownKeys, decode: () => Value): Decoded<Value> {
  const unknown = unknownKeys(document.table, keys).map(keyProblem(document, "error"));
  try {
    return { value: decode(), problems: unknown };
  } catch (error) {
    return { value: undefined, problems: [...unknown, ...otherIssues(error, unknown).map(issueProblem)] };
  }
}
