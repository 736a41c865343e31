import { defined } from "../defined.ts";
import { LibcnbError } from "../errors.ts";
import { type DockerfileArguments, formatExtendConfigToml, lifecycleArguments } from "../spec/extend-config-toml.ts";
import { checkDockerfile, type DockerfileKind } from "./check-dockerfile.ts";
import { dockerfileLines } from "./dockerfile-lines.ts";
import { quotedWords } from "./dockerfile-words.ts";
import type { ContextFiles, GenerateResult } from "./extension.ts";

/** The files of generate's output directory, and warnings for the extension's author. */
export interface GeneratedFiles {
  /** The texts of the generated files, by file name. */
  readonly files: Readonly<Record<string, string>>;
  /** Contents of the context directories, by directory name. */
  readonly contexts: Readonly<Record<string, ContextFiles>>;
  readonly warnings: readonly string[];
}

const kinds: readonly DockerfileKind[] = ["build", "run"];

/**
 * Converts the result of generate to the files that the lifecycle reads. extend-config.toml is
 * omitted if there are no arguments.
 *
 * @throws LibcnbError DOCKERFILE_INVALID, GENERATE_RESULT_INVALID
 */
export function generatedFiles(result: GenerateResult, api: string): GeneratedFiles {
  const texts = kinds.flatMap((kind) => (result[kind] === undefined ? [] : [{ kind, text: String(result[kind]) }]));
  const args = { build: result.args?.build ?? {}, run: result.args?.run ?? {} };
  for (const kind of kinds) checkArguments(kind, args[kind], result);
  const config = formatExtendConfigToml(args);
  return {
    files: {
      ...Object.fromEntries(texts.map(({ kind, text }) => [`${kind}.Dockerfile`, text])),
      ...defined({ "extend-config.toml": config || undefined }),
    },
    contexts: contextDirectories(result, api),
    warnings: texts.flatMap(({ kind, text }) => [
      ...dockerfileWarnings(kind, text),
      ...unusedArguments(kind, text, args[kind]),
    ]),
  };
}

function dockerfileWarnings(kind: DockerfileKind, text: string): string[] {
  const issues = checkDockerfile(text, kind).map((issue) => ({
    ...issue,
    text: `${kind}.Dockerfile:${issue.line}: ${issue.message}`,
  }));
  const errors = issues.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return issues.map((issue) => issue.text);
  throw new LibcnbError("DOCKERFILE_INVALID", `${kind}.Dockerfile violates the lifecycle's rules`, {
    cause: errors.map((issue) => issue.text).join("; "),
    hint: `Correct ${kind}.Dockerfile, or create it with dockerfile.${kind}().`,
  });
}

function checkArguments(kind: DockerfileKind, args: DockerfileArguments, result: GenerateResult): void {
  const names = Object.keys(args);
  const reserved = names.filter((name) => lifecycleArguments.includes(name));
  if (reserved.length > 0)
    throw invalid(
      `args.${kind} sets ${reserved.join(", ")}, which the lifecycle sets itself`,
      "Give the argument another name.",
    );
  const unnamed = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (unnamed !== undefined)
    throw invalid(
      `args.${kind} sets ${JSON.stringify(unnamed)}, which is not the name of an argument`,
      "Use letters, digits and _, not beginning with a digit.",
    );
  const other = names.find((name) => typeof args[name] !== "string");
  if (other !== undefined)
    throw invalid(`args.${kind}.${other} is not a string`, "Pass a string, or leave the argument out.");
  if (names.length > 0 && result[kind] === undefined)
    throw invalid(`args.${kind} is set, but there is no ${kind}.Dockerfile`, `Return ${kind} as well.`);
}

/** Finds arguments that no ARG declares, which have no effect. */
function unusedArguments(kind: DockerfileKind, text: string, args: DockerfileArguments): string[] {
  const { lines, escape: escapeChar } = dockerfileLines(text);
  const declared = lines
    .filter(({ name }) => name.toUpperCase() === "ARG")
    .flatMap(({ rest }) => quotedWords(rest, escapeChar).map((word) => word.split("=", 1)[0]));
  const unused = Object.keys(args).filter((name) => !declared.includes(name));
  return unused.map((name) => `${kind}.Dockerfile does not declare ARG ${name}, which args.${kind} sets`);
}

function contextDirectories({ build, run, contexts = {} }: GenerateResult, api: string): Record<string, ContextFiles> {
  const { shared, ...own } = contexts as { readonly [Name in "shared" | DockerfileKind]?: ContextFiles };
  const directories: Readonly<Record<string, ContextFiles | undefined>> = {
    context: shared,
    "context.build": own.build,
    "context.run": own.run,
  };
  const given = Object.entries(directories).flatMap(([name, files]) =>
    files === undefined ? [] : [[name, files] as const],
  );
  if (given.length > 0 && api === "0.10")
    throw invalid("contexts need Buildpack API 0.11", `Set api = "0.11" in extension.toml.`);
  if (shared !== undefined && given.length > 1)
    throw invalid(
      `contexts sets shared and also ${own.build === undefined ? "run" : "build"}`,
      "Return one shared context, or one for each image.",
    );
  const idle = [
    own.build !== undefined && build === undefined && "build",
    own.run !== undefined && run === undefined && "run",
  ];
  for (const kind of idle.filter((each) => each !== false))
    throw invalid(`contexts.${kind} is set, but there is no ${kind}.Dockerfile`, `Return ${kind} as well.`);
  for (const [name, files] of given) checkPaths(name, files);
  return Object.fromEntries(given);
}

function checkPaths(name: string, files: ContextFiles): void {
  const paths = typeof files === "string" ? [] : Object.keys(files);
  const bad = paths.find(
    (path) => path.includes("\0") || path.split("/").some((part) => ["", ".", ".."].includes(part)),
  );
  if (bad === undefined) return;
  throw invalid(
    `${name} has a file with the invalid path ${JSON.stringify(bad)}`,
    "Use paths relative to the context, such as etc/app.conf.",
  );
}

const invalid = (message: string, hint: string) => new LibcnbError("GENERATE_RESULT_INVALID", message, { hint });
