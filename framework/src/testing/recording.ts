import type { Logger } from "../logger/logger.ts";
import { recordingLogger } from "../logger/recording-logger.ts";
import { textLogger } from "../logger/text-logger.ts";
import { timedWith } from "../logger/timed.ts";
import { type Clock, type Ports, realPorts } from "../runtime/ports.ts";
import { fakeClock } from "./clock.ts";
import { type CommandCall, type GivenCommands, givenCommands } from "./commands.ts";
import { type GivenDownloads, givenDownloads, type RecordedDownload } from "./downloads.ts";

/** What a phase gets instead of the world. */
export interface GivenPorts {
  /** Default: it stands at 1980-01-01T00:00:01Z. */
  readonly clock?: Clock;
  /** Files by URL; a URL that is not given is an error. Default: none. `"real"`: the network. */
  readonly downloads?: GivenDownloads;
  /** Tools by name; with them, one that is not given is an error. Default: the real tools. */
  readonly commands?: GivenCommands;
}

/** What a phase said and did. */
export interface Recorded {
  /** What the buildpack and its tools said, in order: plain lines. */
  readonly log: readonly string[];
  /** What was printed on standard output, as a user sees it. */
  readonly stdout: string;
  /** What was printed on standard error: warnings. */
  readonly stderr: string;
  /** The tools that were run, in order. */
  readonly commands: readonly CommandCall[];
  /** The downloads that were asked for, in order. */
  readonly downloads: readonly RecordedDownload[];
}

/** A phase's view of the world, and what it did to it. */
export interface Recording extends Ports {
  readonly log: Logger;
  /** Prints on standard error. */
  err(text: string): void;
  /** All so far; `rename` changes texts. */
  recorded(rename: (text: string) => string): Recorded;
}

/** A world of a test's own that remembers what was done. */
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
