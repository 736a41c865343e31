import type { Logger } from "../../logger/logger.ts";
import { recordingLogger } from "../../logger/recording-logger.ts";
import { textLogger } from "../../logger/text-logger.ts";
import { timedWith } from "../../logger/timed.ts";
import { type Clock, type Ports, realPorts } from "../../runtime/ports.ts";
import { fakeClock } from "./clock.ts";
import { type CommandCall, type GivenCommands, givenCommands } from "./commands.ts";
import { type GivenDownloads, givenDownloads, type RecordedDownload } from "./downloads.ts";

/** The replacements of a phase's ports. */
export interface GivenPorts {
  /** Default: it stands still at 1980-01-01T00:00:01Z. */
  readonly clock?: Clock;
  /** Files by URL; any other URL is an error. Default: none. `"real"` uses the network. */
  readonly downloads?: GivenDownloads;
  /** Tools by name; if given, any other tool is an error. Default: the real tools. */
  readonly commands?: GivenCommands;
}

/** The recorded output and actions of a phase. */
export interface Recorded {
  /** The log of the buildpack and its tools: plain lines in order. */
  readonly log: readonly string[];
  /** The standard output as a user sees it. */
  readonly stdout: string;
  /** The standard error: warnings. */
  readonly stderr: string;
  /** The executed tools, in order. */
  readonly commands: readonly CommandCall[];
  /** The requested downloads, in order. */
  readonly downloads: readonly RecordedDownload[];
}

/** The replaced ports of a phase, with their record. */
export interface Recording extends Ports {
  readonly log: Logger;
  /** Prints to standard error. */
  err(text: string): void;
  /** The record so far; `rename` changes texts. */
  recorded(rename: (text: string) => string): Recorded;
}

/** Creates ports for a test that record their use. */
export function recording(
  { clock = fakeClock(), downloads = {}, commands }: GivenPorts,
  env: Readonly<Record<string, string>>,
): Recording {
  const printed = { out: [] as string[], err: [] as string[] };
  const out = (text: string) => void printed.out.push(text);
  const err = (text: string) => void printed.err.push(text);
  const lines = recordingLogger(clock);
  const calls: CommandCall[] = [];
  const asked: RecordedDownload[] = [];
  return {
    ...realPorts,
    clock,
    download: givenDownloads(downloads, (download) => void asked.push(download)),
    runTool: givenCommands(commands, (call) => void calls.push(call)),
    log: both(lines, textLogger({ out, err }, env, clock), clock),
    err,
    recorded: (rename) => ({
      log: lines.lines.map(rename),
      stdout: rename(printed.out.join("")),
      stderr: rename(printed.err.join("")),
      commands: calls.map((call) => renamedCall(call, rename)),
      downloads: asked.map((each) => ({ ...each, to: rename(each.to) })),
    }),
  };
}

function both(one: Logger, other: Logger, clock: Clock): Logger {
  const says = {
    heading: (text: string) => void [one.heading(text), other.heading(text)],
    step: (text: string) => void [one.step(text), other.step(text)],
    info: (text: string) => void [one.info(text), other.info(text)],
    warn: (text: string) => void [one.warn(text), other.warn(text)],
    debug: (text: string) => void [one.debug(text), other.debug(text)],
    output: (text: string) => void [one.output(text), other.output(text)],
    table: (...given: Parameters<Logger["table"]>) => void [one.table(...given), other.table(...given)],
  };
  return { ...says, timed: timedWith(says, clock) };
}

// the environment is there, but not in comparisons and snapshots: most of it is the machine's
function renamedCall({ env, ...call }: CommandCall, rename: (text: string) => string): CommandCall {
  const renamed = { ...call, tool: rename(call.tool), args: call.args.map(rename), cwd: rename(call.cwd) };
  const value = Object.fromEntries(Object.entries(env).map(([name, text]) => [name, rename(text)]));
  return Object.defineProperty(renamed, "env", { value }) as typeof renamed & Pick<CommandCall, "env">;
}
