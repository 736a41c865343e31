import type { Env } from "../env/apply.ts";
import type { Clock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { type Style, safeLine, safeText, styleOf } from "./style.ts";
import { type TableOptions, tableLines } from "./table.ts";
import { timedWith } from "./timed.ts";

/** The functions with which a logger writes to standard output and standard error. */
export interface LogSink {
  out(text: string): void;
  err(text: string): void;
}

/**
 * Creates a logger that writes plain lines: warnings to standard error, and everything else to
 * standard output.
 */
export function textLogger({ out, err }: LogSink, env: Env, clock: Clock = Date): Logger {
  const style = styleOf(env);
  const line = (by: string, text: string, paint = same) => `${indented(by, safeText(text, style), paint)}\n`;
  const verbose = wantsDetails(env);
  const says = {
    heading: (text: string) => out(line("", text, (each) => style.bold(`=== ${each} ===`))),
    step: (text: string) => out(line("", text, style.bold)),
    info: (text: string) => out(line("  ", text)),
    warn: (text: string) => err(warning(text, style)),
    debug: (text: string) => verbose && out(line("  ", text, style.dim)),
    output: (text: string) => out(`    ${safeLine(text, style)}`.trimEnd().concat("\n")),
    table: (rows: readonly (readonly string[])[], options?: TableOptions) => {
      for (const row of tableLines(rows, options)) says.info(row);
    },
  };
  return { ...says, timed: timedWith(says, clock) };
}

/** True if BP_LOG_LEVEL or BP_DEBUG enable the debug log. */
function wantsDetails({ BP_LOG_LEVEL = "", BP_DEBUG = "" }: Env): boolean {
  return BP_LOG_LEVEL.trim().toLowerCase() === "debug" || !["", "0", "false"].includes(BP_DEBUG.trim().toLowerCase());
}

const same = (text: string): string => text;

const warning = (text: string, style: Style): string =>
  `${indented("", `WARNING: ${safeText(text, style)}`, style.yellow)}\n`;

const indented = (by: string, text: string, paint: (line: string) => string): string =>
  text
    .split("\n")
    .map((line) => by + paint(line))
    .join("\n");
