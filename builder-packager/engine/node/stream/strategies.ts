import { codedError, invalidArgType, invalidArgValue } from "../errors.ts";
import { checkFunction } from "../internal/checks.ts";

/** How much a stream of the web holds: the limit, and the size of a chunk. */
export interface Strategy<T> {
  readonly highWaterMark: number;
  readonly size: (chunk: T) => number;
}

interface Init {
  readonly highWaterMark: number;
}

function highWaterMarkOf(init: Init): number {
  if (init === null || typeof init !== "object") {
    throw invalidArgType("init", "of type object", init);
  }
  if (init.highWaterMark === undefined) {
    throw codedError(TypeError, "ERR_MISSING_OPTION", "init.highWaterMark is required");
  }
  return +init.highWaterMark;
}

// All strategies of a kind have the same function.
const size = {
  count: Object.defineProperty(() => 1, "name", { value: "size" }),
  bytes: Object.defineProperty((chunk: { readonly byteLength: number }) => chunk.byteLength, "name", { value: "size" }),
};

export class CountQueuingStrategy {
  readonly #highWaterMark: number;

  constructor(init: Init) {
    this.#highWaterMark = highWaterMarkOf(init);
  }

  get highWaterMark(): number {
    return this.#highWaterMark;
  }

  get size(): () => number {
    return size.count;
  }

  get [Symbol.toStringTag](): string {
    return "CountQueuingStrategy";
  }
}

export class ByteLengthQueuingStrategy {
  readonly #highWaterMark: number;

  constructor(init: Init) {
    this.#highWaterMark = highWaterMarkOf(init);
  }

  get highWaterMark(): number {
    return this.#highWaterMark;
  }

  get size(): (chunk: { readonly byteLength: number }) => number {
    return size.bytes;
  }

  get [Symbol.toStringTag](): string {
    return "ByteLengthQueuingStrategy";
  }
}

/** Checks the strategy of a stream, which may lack everything. */
export function strategyOf<T>(strategy: Partial<Strategy<T>> | null): Strategy<T> {
  if (typeof strategy !== "object") {
    throw invalidArgType("strategy", "of type object", strategy);
  }
  const { highWaterMark = 1, size: sizeOf = size.count } = strategy ?? {};
  const limit = +highWaterMark;
  if (!(limit >= 0)) {
    const { message } = invalidArgValue("strategy.highWaterMark", highWaterMark);
    throw codedError(RangeError, "ERR_INVALID_ARG_VALUE", message);
  }
  checkFunction(sizeOf, "strategy.size");
  return { highWaterMark: limit, size: sizeOf };
}
