import { longestLine } from "./dockerfile-lines.ts";
import { checkName, type DockerfileValue, escaped, invalid, partsOf, quoted, restricted } from "./dockerfile-value.ts";

/** The owner and mode of a copied file. */
export interface CopyOptions {
  /** `user` or `user:group`, by name or number. Default: root. */
  readonly owner?: DockerfileValue;
  /** The mode in octal digits: `755`. Default: as in the context. */
  readonly mode?: string;
}

/** A shell command, or an executable with its arguments, which runs without a shell. */
export type DockerfileCommand = string | readonly [string, ...string[]];

export function argText(name: string, value: DockerfileValue | undefined): string {
  return line(`ARG ${checkName(name, "argument")}${value === undefined ? "" : `=${quoted(value, `ARG ${name}`)}`}`);
}

export function envText(name: string, value: DockerfileValue): string {
  return line(`ENV ${checkName(name, "variable")}=${quoted(value, `ENV ${name}`)}`);
}

export function labelText(name: string, value: DockerfileValue): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(name))
    throw invalid(`${JSON.stringify(name)} is not the name of a label`, "Use letters, digits, ., -, _ and /.");
  return line(`LABEL ${name}=${quoted(value, `LABEL ${name}`)}`);
}

const ownerPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]*$|^[A-Za-z0-9._-]*:[A-Za-z0-9._-]*$/;

export function userText(user: DockerfileValue): string {
  const text = restricted(user, "USER", ownerPattern);
  if (text === "") throw invalid("USER is empty", "Pass a user.");
  return line(`USER ${text}`);
}

export function workdirText(path: DockerfileValue): string {
  const text = quoted(path, "WORKDIR");
  if (text === '""') throw invalid("WORKDIR is empty", "Pass a directory.");
  return line(`WORKDIR ${text}`);
}

export function shellText(words: readonly string[]): string {
  if (words.length === 0 || words[0] === "")
    throw invalid("SHELL has no executable", `Pass a list such as ["/bin/bash", "-c"].`);
  return line(`SHELL ${json(words, "SHELL")}`);
}

/**
 * Formats a command for a `RUN` instruction. A plain one-line command is written unchanged. Any
 * other command becomes a JSON list, so that BuildKit does not parse a part of it as a flag, a
 * heredoc or the next instruction. The JSON list starts the same shell that the Dockerfile would
 * use.
 */
export function runText(command: DockerfileCommand, shell: readonly string[]): string {
  const words = typeof command === "string" ? [...shell, command] : command;
  if (words.length === 0 || words[0] === "" || (typeof command === "string" && command.trim() === ""))
    throw invalid("RUN has no command", "Pass a command.");
  const isPlain = typeof command === "string" && !/[^\t\x20-\x7e]|<<|^\s*(--|\[)|\\\s*$/.test(command);
  return line(isPlain ? `RUN ${command.trim()}` : `RUN ${json(words, "RUN")}`);
}

export function copyText(
  instruction: "ADD" | "COPY",
  sources: readonly DockerfileValue[],
  destination: DockerfileValue,
  { owner, mode }: CopyOptions,
): string {
  const words = [...sources, destination].map((path) => pathText(path, instruction));
  if (sources.length === 0) throw invalid(`${instruction} has no source`, "Name a file of the context.");
  if (sources.length > 1 && !words.at(-1)?.endsWith("/"))
    throw invalid(
      `${instruction} with several sources needs a destination that ends in /`,
      "Append a / to the destination.",
    );
  if (mode !== undefined && !/^[0-7]{3,4}$/.test(mode))
    throw invalid(`the mode ${JSON.stringify(mode)} of ${instruction} is not octal`, "Write 755, for example.");
  const flags = [
    ...(owner === undefined ? [] : [`--chown=${restricted(owner, `the owner of ${instruction}`, ownerPattern)}`]),
    ...(mode === undefined ? [] : [`--chmod=${mode}`]),
  ];
  const isPlain = words.every((word) => /^[A-Za-z0-9._/*][A-Za-z0-9._/*?@:+=%,~-]*$/.test(word));
  return line([instruction, ...flags, isPlain ? words.join(" ") : json(words, instruction)].join(" "));
}

function pathText(path: DockerfileValue, instruction: string): string {
  const text = escaped(path, instruction);
  if (text === "") throw invalid(`${instruction} has an empty path`, "Name a file of the context and its destination.");
  if (text.includes("<<"))
    throw invalid(
      `${instruction} has the path ${JSON.stringify(text)}, in which << would begin a heredoc`,
      "Rename the file.",
    );
  if (partsOf(path, instruction).some((part) => typeof part === "string" && part.split("/").includes("..")))
    throw invalid(
      `${instruction} has the path ${JSON.stringify(text)}, which leaves the context`,
      "Name files below the context.",
    );
  return text;
}

function json(words: readonly string[], where: string): string {
  if (words.some((word) => word.includes("\0") || !word.isWellFormed()))
    throw invalid(`${where} contains U+0000 or half of a surrogate pair`, "Remove it.");
  return `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;
}

function line(text: string): string {
  if (new TextEncoder().encode(text).length <= longestLine) return text;
  throw invalid(
    `a line of ${text.split(" ", 1)[0]} is longer than ${longestLine} bytes, the maximum of BuildKit`,
    "Put the text into a file of the context.",
  );
}
