import type { Logger } from "../context.ts";
import type { Env } from "../env/apply.ts";

/** Where a logger writes. */
export interface LogSink {
  out(text: string): void;
  err(text: string): void;
}

/**
 * A logger for people: information on standard output, warnings on standard error. Colour only if FORCE_COLOR asks for it, as the lifecycle
 * always reads through a pipe, and never with NO_COLOR.
 */
export function textLogger({ out, err }: LogSink, env: Env): Logger {
  const paint = painter(env);
  const verbose = env.BP_LOG_LEVEL?.toLowerCase() === "debug";
  return {
    step: (text) => out(`${indent("", text, paint.bold)}\n`),
    info: (text) => out(`${indent("  ", text)}\n`),
    warn: (text) => err(`${indent("", `WARNING: ${text}`, paint.yellow)}\n`),
    debug: (text) => verbose && out(`${indent("  ", text, paint.dim)}\n`),
    output: (line) => out(`${indent("    ", line)}\n`),
  };
}

/** Keeps what was said, as it was said. */
export function recordingLogger(): Logger & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const record = (text: string) => void lines.push(text);
  return { lines, step: record, info: record, warn: record, debug: () => {}, output: record };
}

type Paint = (text: string) => string;

function painter(env: Env): { readonly bold: Paint; readonly yellow: Paint; readonly dim: Paint } {
  const coloured = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== "0" && !env.NO_COLOR;
  const code = (on: number, off: number): Paint =>
    coloured ? (text) => `\u001b[${on}m${text}\u001b[${off}m` : (text) => text;
  return { bold: code(1, 22), yellow: code(33, 39), dim: code(2, 22) };
}

function indent(by: string, text: string, paint: Paint = (line) => line): string {
  return text
    .split("\n")
    .map((line) => by + paint(line))
    .join("\n");
}
