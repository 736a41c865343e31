import type { Issue, ProjectBuildpack, ProjectToml, ProjectVariable } from "libcnb/spec";
import { limits } from "../limits.ts";

/** A variable's name becomes a file's name in /platform/env. */
const variableName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/** The kernel reads that much of a script's first line. */
const maxShell = 250;
/** More of them in one part of a pattern would take minutes to compare with one long name. */
const maxWildcards = limits.projectWildcards.most;

/** Errors in a project.toml beyond its schema: settings that are impossible or have another effect. */
export function projectIssues({ schemaVersion, build }: ProjectToml): Issue[] {
  const location = schemaVersion === "0.1" ? "build" : "io.buildpacks";
  const group = schemaVersion === "0.1" ? "build.buildpacks" : "io.buildpacks.group";
  const env = schemaVersion === "0.1" ? "build.env" : "io.buildpacks.build.env";
  const groups = { [group]: build.group, [`${location}.pre.group`]: build.pre, [`${location}.post.group`]: build.post };
  return [
    ...patternIssues(`${location}.include`, build.include ?? []),
    ...patternIssues(`${location}.exclude`, build.exclude ?? []),
    ...build.env.flatMap((variable, index) => variableIssues(`${env}[${index}]`, variable)),
    ...Object.entries(groups).flatMap(([path, members]) =>
      members.flatMap((member, index) => memberIssues(`${path}[${index}]`, member)),
    ),
  ];
}

const issue = (path: string, message: string): Issue => ({ path, message });

function patternIssues(path: string, patterns: readonly string[]): Issue[] {
  const most = limits.projectPatterns.most;
  if (patterns.length > most) return [issue(path, `has ${patterns.length} patterns, more than ${most}`)];
  return patterns.flatMap((pattern, index) => {
    if (pattern.length > limits.projectPatternCharacters.most)
      return [
        issue(
          `${path}[${index}]`,
          `has ${pattern.length} characters, more than ${limits.projectPatternCharacters.most}`,
        ),
      ];
    const wildcards = pattern.split("/").map((part) => part.match(/\*+/g)?.length ?? 0);
    const deep = pattern.match(/\*\*/g)?.length ?? 0;
    if (Math.max(deep, ...wildcards) <= maxWildcards) return [];
    return [issue(`${path}[${index}]`, `has more than ${maxWildcards} wildcards`)];
  });
}

function variableIssues(path: string, { name, value }: ProjectVariable): Issue[] {
  if (!variableName.test(name)) return [issue(`${path}.name`, `${JSON.stringify(name)} is not the name of a variable`)];
  return value.includes("\0") ? [issue(`${path}.value`, "holds a NUL character, which no variable can")] : [];
}

function memberIssues(path: string, { id, uri, script }: ProjectBuildpack): Issue[] {
  if (uri?.includes("\0")) return [issue(`${path}.uri`, "holds a NUL character")];
  if (!script) return [];
  if (uri) return [issue(`${path}.script`, "cannot be combined with uri")];
  if (!id) return [issue(path, "has a script and no id")];
  return scriptIssues(`${path}.script`, script);
}

function scriptIssues(path: string, { inline, shell }: NonNullable<ProjectBuildpack["script"]>): Issue[] {
  const isShell = /^\/[^\0\r\n]+$/.test(shell) && Buffer.byteLength(shell) <= maxShell;
  return [
    ...(isShell ? [] : [issue(`${path}.shell`, `expected the path of a shell such as "/bin/bash", in one line`)]),
    ...(inline.includes("\0") ? [issue(`${path}.inline`, "holds a NUL character")] : []),
  ];
}
