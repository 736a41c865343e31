import { type DockerfileLine, splitLine } from "./dockerfile-lines.ts";
import { assignedNames, commandWords, listWords, quotedWords, spaceWords, type Words } from "./dockerfile-words.ts";
import { heredocOf } from "./heredoc.ts";
import { trim } from "./white-space.ts";

type Rule = (line: DockerfileLine, escapeChar: string) => string | undefined;

const exactlyOne: Rule = ({ rest }) => (rest === "" ? "needs an argument" : undefined);
const assignments: Rule = (line, escapeChar) => problemIn(assignedNames(line, escapeChar));
const command: Rule = ({ rest }) => problemIn(commandWords(rest));

/** BuildKit's rules for the arguments of each instruction. */
const rules: Readonly<Record<string, Rule>> = {
  add: ({ rest }) => sourcesAndDestination(listWords(rest)),
  arg: argument,
  cmd: command,
  copy: ({ rest }) => sourcesAndDestination(listWords(rest)),
  entrypoint: command,
  env: assignments,
  expose: exactlyOne,
  from: ({ rest }) => stage(spaceWords(rest)),
  healthcheck,
  label: assignments,
  maintainer: exactlyOne,
  onbuild,
  run: command,
  shell,
  stopsignal: exactlyOne,
  user: exactlyOne,
  volume: ({ rest }) => volumes(listWords(rest)),
  workdir: exactlyOne,
};

const yes: FlagKind = "flag";
const text: FlagKind = "text";
const texts: FlagKind = "texts";
type FlagKind = "flag" | "text" | "texts";

/** Flags by instruction. Instructions that are not listed ignore flags. */
const flags: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
  add: { chown: text, chmod: text, link: yes, "keep-git-dir": yes, checksum: text, exclude: texts },
  cmd: {},
  copy: { chown: text, from: text, chmod: text, link: yes, exclude: texts, parents: yes },
  entrypoint: {},
  env: {},
  expose: {},
  from: { platform: text },
  label: {},
  maintainer: {},
  onbuild: {},
  run: { mount: texts, device: texts, network: text, security: text },
  shell: {},
  user: {},
  volume: {},
  workdir: {},
};

/** Flags that are newer than the BuildKit of the oldest lifecycle, which may or may not refuse them. */
const newerFlags: Readonly<Record<string, readonly string[]>> = { add: ["unpack"] };

/**
 * Returns the reason why BuildKit refuses an instruction of a Dockerfile. Returns undefined if the
 * instruction is valid.
 */
export function instructionProblem(line: DockerfileLine, escapeChar: string): string | undefined {
  const keyword = line.name.toLowerCase();
  const rule = Object.hasOwn(rules, keyword) ? rules[keyword] : undefined;
  if (rule === undefined) return "is not an instruction";
  return rule(line, escapeChar) ?? flagProblem(keyword, line.flags);
}

function flagProblem(keyword: string, given: readonly string[]): string | undefined {
  const known = flags[keyword];
  if (known === undefined) return undefined;
  const seen = new Set<string>();
  for (const flag of given) {
    const [, name = "", equals = "", value = ""] = /^--([^=]*)(=?)([\s\S]*)$/.exec(flag) ?? [];
    if (newerFlags[keyword]?.includes(name)) continue;
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) return `has the unknown flag --${name}`;
    if (seen.has(name) && kind !== "texts") return `has the flag --${name} twice`;
    seen.add(name);
    const problem = flagValueProblem(name, kind, equals === "" ? undefined : value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const choices: Readonly<Record<string, readonly string[]>> = {
  network: ["default", "none", "host"],
  security: ["insecure", "sandbox"],
};

function flagValueProblem(name: string, kind: FlagKind, value: string | undefined): string | undefined {
  if (kind !== "flag" && value === undefined) return `has the flag --${name} without a value`;
  if (kind === "flag" && !["true", "false"].includes(value?.toLowerCase() ?? "true"))
    return `has the flag --${name} with a value other than true and false`;
  const possible = choices[name];
  if (possible === undefined || possible.includes(value ?? "")) return undefined;
  return `has the flag --${name} with a value other than ${possible.join(", ")}`;
}

const problemIn = (words: Words): string | undefined => ("problem" in words ? words.problem : undefined);

function sourcesAndDestination(found: Words): string | undefined {
  if ("problem" in found) return found.problem;
  const destination = found.words.at(-1);
  if (destination === undefined || found.words.length < 2) return "needs a source and a destination";
  return heredocOf(destination) === undefined ? undefined : "has a heredoc as its destination";
}

function argument({ rest }: DockerfileLine, escapeChar: string): string | undefined {
  const words = quotedWords(rest, escapeChar);
  if (words.length === 0) return "needs a name";
  return words.some((word) => word.startsWith("=")) ? "has a value without a name" : undefined;
}

function stage(words: readonly string[]): string | undefined {
  const [, as = "", name = ""] = words;
  if (words.length === 1) return undefined;
  if (words.length !== 3 || as.toLowerCase() !== "as") return "must be FROM IMAGE or FROM IMAGE AS NAME";
  return /^[a-z][a-z0-9\-_.]*$/.test(name.toLowerCase())
    ? undefined
    : `has ${JSON.stringify(name)} as the name of its stage, which is not valid`;
}

function healthcheck({ rest, flags: given }: DockerfileLine): string | undefined {
  const [type = ""] = rest.split(/\s/, 1);
  if (type === "") return "needs an argument";
  const command = rest.slice(type.length).trimStart();
  const words = commandWords(command);
  if ("problem" in words) return words.problem;
  if (type.toUpperCase() === "NONE") return words.words.length > 0 ? "NONE takes no arguments" : undefined;
  const known = ["interval", "timeout", "start-period", "start-interval", "retries"];
  const unknown = given.find((flag) => !known.some((name) => flag.startsWith(`--${name}=`)));
  if (unknown !== undefined) return `has the unknown flag ${unknown}`;
  if (type.toUpperCase() !== "CMD") return `has the unknown type ${JSON.stringify(type)}`;
  return words.words.length === 0 ? "CMD needs a command" : undefined;
}

function onbuild({ rest, line }: DockerfileLine, escapeChar: string): string | undefined {
  if (rest === "") return "needs an instruction";
  const inner = splitLine(rest, escapeChar, line);
  const name = inner.name.toUpperCase();
  if (["ONBUILD", "MAINTAINER", "FROM"].includes(name)) return `does not accept ${name}`;
  // only what the parser itself refuses: the instruction is carried out elsewhere
  if (["ENV", "LABEL"].includes(name) && inner.rest !== "") return onbuildAssignment(inner, escapeChar);
  if (["ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"].includes(name))
    return problemIn(commandWords(inner.rest));
  return undefined;
}

function onbuildAssignment(line: DockerfileLine, escapeChar: string): string | undefined {
  const found = assignedNames(line, escapeChar);
  return "problem" in found && !found.problem.startsWith("has an assignment") ? found.problem : undefined;
}

function shell({ rest }: DockerfileLine): string | undefined {
  const found = commandWords(rest);
  if ("problem" in found) return found.problem;
  if (!rest.startsWith("[") || found.words[0] === rest) return `needs a list in JSON such as ["/bin/bash", "-c"]`;
  return found.words.length === 0 ? "needs at least one argument" : undefined;
}

function volumes(found: Words): string | undefined {
  if ("problem" in found) return found.problem;
  if (found.words.length === 0) return "needs an argument";
  return found.words.some((word) => trim(word) === "") ? "has an empty path" : undefined;
}
