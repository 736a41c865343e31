import type { s } from "libcnb/internal";
import type { ProjectBuildpack, ProjectToml, ProjectVariable } from "libcnb/spec";
import { limits } from "../limits.ts";

/** Valid names of environment variables, which become file names in /platform/env. */
const variableName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
/**
 * The maximal length of a shell's path. The kernel only reads that much of a script's first line.
 */
const maxShell = 250;
/**
 * The maximal number of wildcards in one part of a pattern. With more, comparing one long name
 * would take minutes.
 */
const maxWildcards = limits.projectWildcards.most;

/**
 * Finds errors in a project.toml that its schema allows: impossible settings, and settings with an
 * unintended effect.
 */
export function projectIssues({ schemaVersion, build }: ProjectToml): s.Issue[] {
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

const issue = (path: string, message: string): s.Issue => ({ path, message });

function patternIssues(path: string, patterns: readonly string[]): s.Issue[] {
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

function variableIssues(path: string, { name, value }: ProjectVariable): s.Issue[] {
  if (!variableName.test(name))
    return [issue(`${path}.name`, `${JSON.stringify(name)} is not the name of an environment variable`)];
  return value.includes("\0")
    ? [issue(`${path}.value`, "contains a NUL character, which is not allowed in environment variables")]
    : [];
}

function memberIssues(path: string, { id, uri, script }: ProjectBuildpack): s.Issue[] {
  if (uri?.includes("\0")) return [issue(`${path}.uri`, "contains a NUL character")];
  if (!script) return [];
  if (uri) return [issue(`${path}.script`, "cannot be combined with uri")];
  if (!id) return [issue(path, "has a script, but no id")];
  return scriptIssues(`${path}.script`, script);
}

function scriptIssues(path: string, { inline, shell }: NonNullable<ProjectBuildpack["script"]>): s.Issue[] {
  const isShell = /^\/[^\0\r\n]+$/.test(shell) && Buffer.byteLength(shell) <= maxShell;
  return [
    ...(isShell ? [] : [issue(`${path}.shell`, `expected the path of a shell such as "/bin/bash", in one line`)]),
    ...(inline.includes("\0") ? [issue(`${path}.inline`, "contains a NUL character")] : []),
  ];
}
