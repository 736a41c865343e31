import { now } from "engine:process";

/** `node:perf_hooks`: the clock, and marks for programs that set them. */

interface Entry {
  readonly name: string;
  readonly entryType: string;
  readonly startTime: number;
  readonly duration: number;
}

const entries: Entry[] = [];

const add = (name: string, entryType: string, startTime: number, duration: number): Entry => {
  const entry = { name, entryType, startTime, duration };
  entries.push(entry);
  return entry;
};

const startOf = (name: string | undefined): number =>
  entries.findLast((entry) => entry.name === name && entry.entryType === "mark")?.startTime ?? 0;

export const performance = {
  timeOrigin: Date.now() - now(),
  now,
  mark: (name: string): Entry => add(name, "mark", now(), 0),
  measure: (name: string, from?: string, to?: string): Entry => {
    const start = startOf(from);
    return add(name, "measure", start, (to === undefined ? now() : startOf(to)) - start);
  },
  getEntries: (): readonly Entry[] => [...entries],
  getEntriesByName: (name: string): readonly Entry[] => entries.filter((entry) => entry.name === name),
  getEntriesByType: (type: string): readonly Entry[] => entries.filter((entry) => entry.entryType === type),
  clearMarks: (): void => {
    entries.length = 0;
  },
  clearMeasures: (): void => {
    entries.length = 0;
  },
  toJSON: (): object => ({ timeOrigin: performance.timeOrigin }),
};

export default { performance };
