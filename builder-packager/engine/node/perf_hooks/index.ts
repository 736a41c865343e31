import { now } from "engine:process";
import { DOMException } from "../dom-exception.ts";
import { codedError, invalidArgType } from "../errors.ts";
import { checkObject, checkString } from "../internal/checks.ts";

/** `node:perf_hooks`: the clock, and marks for programs that set them. */

class PerformanceEntry {
  readonly #values: readonly [name: string, entryType: string, startTime: number, duration: number];
  readonly #detail: unknown;

  constructor(name: string, entryType: string, startTime: number, duration: number, detail: unknown) {
    this.#values = [name, entryType, startTime, duration];
    this.#detail = detail === undefined || detail === null ? null : structuredClone(detail);
  }

  get name(): string {
    return this.#values[0];
  }

  get entryType(): string {
    return this.#values[1];
  }

  get startTime(): number {
    return this.#values[2];
  }

  get duration(): number {
    return this.#values[3];
  }

  get detail(): unknown {
    return this.#detail;
  }

  toJSON(): object {
    const { name, entryType, startTime, duration, detail } = this;
    return { name, entryType, startTime, duration, detail };
  }

  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
}

class PerformanceMark extends PerformanceEntry {}
class PerformanceMeasure extends PerformanceEntry {}

interface MarkOptions {
  readonly detail?: unknown;
  readonly startTime?: number;
}

/** A moment, by the name of a mark or as a time. */
type Moment = string | number;

interface MeasureOptions {
  readonly detail?: unknown;
  readonly start?: Moment;
  readonly end?: Moment;
  readonly duration?: Moment;
}

function checkTime(time: unknown, name: string): asserts time is number {
  if (typeof time !== "number") {
    throw invalidArgType(name, "of type number", time);
  }
  if (time < 0) {
    throw codedError(TypeError, "ERR_PERFORMANCE_INVALID_TIMESTAMP", `${time} is not a valid timestamp`);
  }
}

const invalidMeasure = (message: string): Error =>
  codedError(TypeError, "ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS", message);

class Performance {
  readonly timeOrigin = Date.now() - now();
  readonly #entries: PerformanceEntry[] = [];
  /** The last time of each mark. */
  readonly #times = new Map<string, number>();

  get [Symbol.toStringTag](): string {
    return "Performance";
  }

  // A property, because programs take it out of the object.
  readonly now = now;

  mark(name: string, options?: MarkOptions | null): PerformanceEntry {
    if (options !== undefined && options !== null) {
      checkObject(options, "options");
    }
    const startTime = options?.startTime ?? now();
    checkTime(startTime, "startTime");
    this.#times.set(`${name}`, startTime);
    return this.#add(new PerformanceMark(`${name}`, "mark", startTime, 0, options?.detail));
  }

  measure(name: string, startOrOptions?: string | MeasureOptions | null, endMark?: string): PerformanceEntry {
    checkString(name, "name");
    const isOptions = typeof startOrOptions === "object" && startOrOptions !== null;
    const given: MeasureOptions = typeof startOrOptions === "string" ? { start: startOrOptions } : {};
    const options = isOptions ? startOrOptions : given;
    if (isOptions) {
      checkMeasure(options, endMark);
    }
    const [start, end] = this.#range(endMark === undefined ? options : { ...options, end: endMark });
    return this.#add(new PerformanceMeasure(name, "measure", start, end - start, options.detail));
  }

  #range({ start, end, duration }: MeasureOptions): [start: number, end: number] {
    const length = duration === undefined ? undefined : this.#timeOf(duration);
    if (start !== undefined) {
      const from = this.#timeOf(start);
      return [from, end === undefined ? this.#endAfter(from, length) : this.#timeOf(end)];
    }
    const to = end === undefined ? now() : this.#timeOf(end);
    return [end !== undefined && length !== undefined ? to - length : 0, to];
  }

  #endAfter(start: number, length: number | undefined): number {
    return length === undefined ? now() : start + length;
  }

  #timeOf(moment: Moment): number {
    if (typeof moment === "number") {
      checkTime(moment, "time");
      return moment;
    }
    const time = this.#times.get(`${moment}`);
    if (time === undefined) {
      throw new DOMException(`The "${moment}" performance mark has not been set`, "SyntaxError");
    }
    return time;
  }

  #add(entry: PerformanceEntry): PerformanceEntry {
    this.#entries.push(entry);
    return entry;
  }

  getEntries(): PerformanceEntry[] {
    return this.#entries.toSorted((a, b) => a.startTime - b.startTime);
  }

  getEntriesByName(name: string, type?: string): PerformanceEntry[] {
    return this.getEntries().filter(
      (entry) => entry.name === `${name}` && (type === undefined || entry.entryType === `${type}`),
    );
  }

  getEntriesByType(type: string): PerformanceEntry[] {
    return this.getEntries().filter(({ entryType }) => entryType === `${type}`);
  }

  clearMarks(name?: string): void {
    if (name === undefined) {
      this.#times.clear();
    } else {
      this.#times.delete(`${name}`);
    }
    this.#clear("mark", name);
  }

  clearMeasures(name?: string): void {
    this.#clear("measure", name);
  }

  #clear(type: string, name: string | undefined): void {
    const isLeft = (entry: PerformanceEntry): boolean =>
      entry.entryType !== type || (name !== undefined && entry.name !== `${name}`);
    this.#entries.splice(0, this.#entries.length, ...this.#entries.filter(isLeft));
  }

  toJSON(): object {
    return { timeOrigin: this.timeOrigin };
  }
}

function checkMeasure({ start, end, duration }: MeasureOptions, endMark: string | undefined): void {
  if (start === undefined && end === undefined) {
    return;
  }
  if (endMark !== undefined) {
    throw invalidMeasure("endMark must not be specified");
  }
  if (start !== undefined && end !== undefined && duration !== undefined) {
    throw invalidMeasure("Must not have options.start, options.end, and options.duration specified");
  }
}

export const performance = new Performance();

export default { performance };
