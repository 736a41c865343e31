import { type StdioOptions, spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

/** One line of the benchmark. Absolute times mean little on a shared machine; the ratio to a peer of the same run does. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "s" | "ms" | "MB" | "MB/s" | "%" | "ratio";
  /** The most that `targetOf` may be; null where nothing was promised. */
  readonly target: number | null;
  /** Which number the target is for: a ratio of 0.2 is "five times faster than the peer". */
  readonly targetOf: "value" | "ratio";
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** `value / peerValue`: below 1 we take less than the peer. */
  readonly ratio: number | null;
}

/** A figure without a peer. */
export const plain = (name: string, value: number, unit: Figure["unit"], target: number | null = null): Figure => ({
  name,
  value,
  unit,
  target,
  targetOf: "value",
  peer: null,
  peerValue: null,
  ratio: null,
});

/** A figure measured beside a peer. The target of a figure in milliseconds is a ratio: the words are "1.5 x node -e 0". */
export const against = (
  name: string,
  value: number,
  unit: Figure["unit"],
  target: number | null,
  peer: string,
  peerValue: number,
): Figure => ({
  name,
  value,
  unit,
  target,
  targetOf: unit === "ms" ? "ratio" : "value",
  peer,
  peerValue,
  ratio: value / peerValue,
});

interface ComparedToPeer {
  readonly value: number;
  readonly peer: string;
  readonly peerValue: number;
  /** How many times faster it has to be. */
  readonly times: number | null;
}

/** A time that has to be so many times shorter than a peer's. */
export const fasterThan = (
  name: string,
  unit: "s" | "ms",
  { value, peer, peerValue, times }: ComparedToPeer,
): Figure => ({
  name,
  value,
  unit,
  target: times && 1 / times,
  targetOf: "ratio",
  peer,
  peerValue,
  ratio: value / peerValue,
});

/** One line of text for people. */
export function renderFigure(figure: Figure): string {
  const { name, value, unit, peer, peerValue, ratio } = figure;
  const parts = [`${name.padEnd(36)} ${format(value).padStart(9)} ${unit}`];
  if (peer !== null && peerValue !== null && ratio !== null) {
    parts.push(`${peer} ${format(peerValue)} ${unit}, ratio ${ratio.toFixed(2)}${timesFaster(figure)}`);
  }
  return [...parts, ...targetText(figure)].join("   ");
}

/** Small ratios of times are hard to read. */
const timesFaster = ({ unit, ratio }: Figure): string =>
  ratio !== null && ratio < 0.5 && (unit === "s" || unit === "ms") ? ` (${format(1 / ratio)} x faster)` : "";

function targetText({ value, ratio, target, targetOf }: Figure): string[] {
  if (target === null) return [];
  const isRatio = targetOf === "ratio" && ratio !== null;
  const met = (isRatio ? ratio : value) <= target;
  const wanted = isRatio && target < 1 ? `ratio ${target.toFixed(2)}, ${format(1 / target)} x faster` : `${target}`;
  return [`target ${wanted} (${met ? "met" : "MISSED"})`];
}

const format = (value: number) => value.toFixed(value < 100 ? 2 : 0);

/** Seconds that `work` takes. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

/** Median milliseconds of each command, run in turns so that a busy moment hits all of them alike. */
export const mediansOf = (runs: number, commands: readonly Command[]): number[] => timesOf(runs, commands).map(median);

/** The median of what one command takes longer than another in the same turn: steadier than the difference of the medians. */
export const medianDifference = (times: readonly number[], others: readonly number[]): number =>
  median(times.map((time, turn) => time - (others[turn] ?? Number.NaN)));

/** The middle one. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Milliseconds of each command, turn by turn. */
export function timesOf(runs: number, commands: readonly Command[]): readonly (readonly number[])[] {
  const times: number[][] = commands.map(() => []);
  for (let run = 0; run < runs + 3; run++) {
    commands.forEach((command, index) => {
      const time = millisecondsOf(command);
      if (run >= 3) times[index]?.push(time); // the first three warm the page cache
    });
  }
  return times;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The exit codes that count as a run. */
  readonly exitCodes: readonly number[];
  /** Descriptors from 0 on. Default: pipes. */
  readonly stdio?: StdioOptions;
}

function millisecondsOf({ file, args, exitCodes, ...options }: Command): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(file, args, options);
  const time = performance.now() - begun;
  if (!exitCodes.includes(status ?? -1)) throw new Error(`${file} exited ${status}: ${stderr}`);
  return time;
}
