import { parseBaseToml } from "../../../builder-packager/src/base/base-toml.ts";
import { parseBuilderToml } from "../../../builder-packager/src/builder/toml/builder-toml.ts";
import { parsePackageToml } from "../../../builder-packager/src/buildpackage/package-toml.ts";
import {
  checkedDescriptor,
  refuseUnsupportedApi,
  refuseUnusableMetadata,
} from "../../../builder-packager/src/config/check-descriptor.ts";
import type { ModuleKind } from "../../../builder-packager/src/config/module-descriptor.ts";
import { parsePolicyToml } from "../../../builder-packager/src/policy/policy-toml.ts";
import { parseProject } from "../../../builder-packager/src/project/read-descriptor.ts";
import { unknownProjectKeys } from "../../../builder-packager/src/project/unknown-project-keys.ts";

/** The problems that a decoder finds in a text; none if it accepts the text. */
type Judge = (text: string) => readonly string[];

/** The decoder of each file. */
export const judges: Readonly<Record<string, Judge>> = {
  "buildpack.toml": (text) => descriptorProblems("buildpack", text),
  "extension.toml": (text) => descriptorProblems("extension", text),
  "package.toml": (text) => {
    const asBuildpack = problemsOf(() => void parsePackageToml(text, "package.toml", "buildpack"));
    const asExtension = problemsOf(() => void parsePackageToml(text, "package.toml", "extension"));
    return asBuildpack.length === 0 || asExtension.length === 0 ? [] : asBuildpack;
  },
  "builder.toml": (text) => problemsOf(() => void parseBuilderToml(text, "builder.toml")),
  "base.toml": (text) => problemsOf(() => void parseBaseToml(text, "base.toml")),
  "policy.toml": (text) => problemsOf(() => void parsePolicyToml(text, "policy.toml")),
  // an editor marks keys that `cnb build` warns of
  "project.toml": (text) => {
    let warnings: readonly string[] = [];
    const problems = problemsOf(() => {
      warnings = unknownProjectKeys(parseProject(text, "project.toml"), text, "project.toml");
    });
    return [...problems, ...warnings];
  },
};

/** As `cnb buildpack package` checks the descriptor of a buildpack in TypeScript. */
const descriptorProblems = (kind: ModuleKind, text: string): readonly string[] => {
  const file = `${kind}.toml`;
  return problemsOf(() => {
    const descriptor = checkedDescriptor(kind, text, file);
    refuseUnsupportedApi(descriptor, text, file);
    refuseUnusableMetadata(descriptor, text, file);
  });
};

function problemsOf(decode: () => void): readonly string[] {
  try {
    decode();
    return [];
  } catch (error) {
    if (!(error instanceof Error && "issues" in error)) throw error;
    const issues = error.issues as readonly { readonly path: string; readonly message: string }[];
    return issues.map(({ path, message }) => `${path}: ${message}`);
  }
}
