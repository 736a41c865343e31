import { type DockerfileLine, dockerfileLines } from "./dockerfile-lines.ts";
import { imageToExtend } from "./dockerfile-value.ts";
import { spaceWords } from "./dockerfile-words.ts";
import { instructionProblem } from "./instruction-rules.ts";

/** The image that a Dockerfile extends: the build image or the run image. */
export type DockerfileKind = "build" | "run";

/**
 * An issue in a Dockerfile that the lifecycle refuses (`error`) or that the specification
 * discourages (`warning`).
 */
export interface DockerfileIssue {
  readonly severity: "error" | "warning";
  /** The line number, starting at 1. */
  readonly line: number;
  readonly message: string;
}

const recommended = ["ADD", "ARG", "COPY", "ENV", "FROM", "LABEL", "RUN", "SHELL", "USER", "WORKDIR"];

/**
 * Checks an image extension's Dockerfile by the rules of the lifecycle's parser and the advice of
 * the specification. Returns all issues, ordered by line. Never throws. The lifecycle's generate
 * phase accepts the file if no issue is an error.
 *
 * @example
 * ```ts
 * const lines = checkDockerfile("FROM debian", "build").map(({ line, message }) => `${line}: ${message}`);
 * ```
 * @see
 * https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/image_extension.md#dockerfile-requirements
 */
export function checkDockerfile(text: string, kind: DockerfileKind): readonly DockerfileIssue[] {
  const { lines, escape: escapeChar, problem } = dockerfileLines(text);
  const issues = lines.flatMap((line) => lineIssues(line, escapeChar));
  if (problem !== undefined) issues.push(error(problem.line, problem.message));
  else if (lines.length === 0) issues.push(error(1, "the file has no instructions"));
  else issues.push(...stageIssues(lines, kind), ...userIssues(lines), ...rebaseIssues(lines, kind));
  return issues.sort((a, b) => a.line - b.line);
}

const error = (line: number, message: string): DockerfileIssue => ({ severity: "error", line, message });
const warning = (line: number, message: string): DockerfileIssue => ({ severity: "warning", line, message });
const keyword = ({ name }: DockerfileLine) => name.toUpperCase();

function lineIssues(line: DockerfileLine, escapeChar: string): DockerfileIssue[] {
  const name = keyword(line);
  const problem = instructionProblem(line, escapeChar);
  if (problem !== undefined) return [error(line.line, `${name} ${problem}`)];
  if (!recommended.includes(name))
    return [warning(line.line, `${name} is not recommended; use only ${recommended.join(", ")}`)];
  return [];
}

/** Checks that there is one stage with the required first lines. */
function stageIssues(lines: readonly DockerfileLine[], kind: DockerfileKind): DockerfileIssue[] {
  const from = lines.findIndex((line) => keyword(line) === "FROM");
  const [first, ...others] = lines.filter((line) => keyword(line) === "FROM");
  const before = from === -1 ? lines : lines.slice(0, from);
  return [
    ...before
      .filter((line) => keyword(line) !== "ARG")
      .map((line) => error(line.line, `only ARG may precede FROM, not ${keyword(line)}`)),
    ...(first === undefined ? [error(1, "the file has no FROM instruction")] : []),
    ...others.map((line) => error(line.line, "a second FROM begins another stage; only one stage is allowed")),
    ...(kind === "build" ? buildHeadIssues(before, first) : []),
  ];
}

function buildHeadIssues(before: readonly DockerfileLine[], from: DockerfileLine | undefined): DockerfileIssue[] {
  const args = before.filter((line) => keyword(line) === "ARG");
  const [name] = /^[^\s=]*/.exec(args[0]?.rest ?? "") ?? [""];
  const hasHead = args.length === 1 && name === "base_image";
  return [
    ...(hasHead
      ? []
      : [
          error(
            args[1]?.line ?? args[0]?.line ?? 1,
            "build.Dockerfile must begin with ARG base_image and have no other ARG before FROM",
          ),
        ]),
    ...(from !== undefined && spaceWords(from.rest)[0] !== imageToExtend
      ? [error(from.line, `FROM of build.Dockerfile must be ${imageToExtend}`)]
      : []),
  ];
}

/**
 * Checks the user: the lifecycle fails the build if the run image ends as root, and warns if any
 * image ends with another user.
 */
function userIssues(lines: readonly DockerfileLine[]): DockerfileIssue[] {
  const last = lines.findLast((line) => keyword(line) === "USER");
  if (last === undefined || last.rest.includes("user_id")) return [];
  return [
    warning(
      last.line,
      `the last user of the image is ${last.rest}; end with USER \${user_id}:\${group_id} (and ARG user_id, ARG group_id)`,
    ),
  ];
}

function rebaseIssues(lines: readonly DockerfileLine[], kind: DockerfileKind): DockerfileIssue[] {
  const extending = lines.find((line) => !["ARG", "FROM"].includes(keyword(line)));
  const isReported = lines.some((line) => keyword(line) === "LABEL" && line.rest.includes("io.buildpacks.rebasable"));
  if (kind === "build" || extending === undefined || isReported) return [];
  return [warning(extending.line, "the image will not be rebasable without LABEL io.buildpacks.rebasable=true")];
}
