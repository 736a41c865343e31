import { codedError, invalidArgType, invalidArgValue, notIterable } from "../errors.ts";
import { checkFunction } from "../internal/checks.ts";
import { ByteLengthQueuingStrategy, CountQueuingStrategy, type Strategy, strategyOf } from "./strategies.ts";

/*
 * A ReadableStream of the web, as far as `Readable.toWeb` and `Readable.fromWeb` need it: a default reader and controller.
 * It has no byte streams, no `tee`, `pipeTo` and `pipeThrough`.
 */

interface Source<T> {
  readonly type?: string;
  start?(controller: ReadableStreamDefaultController<T>): unknown;
  pull?(controller: ReadableStreamDefaultController<T>): unknown;
  cancel?(reason: unknown): unknown;
}

type Step<T> = { done: false; value: T } | { done: true; value: undefined };

interface Waiting<T> {
  readonly resolve: (step: Step<T>) => void;
  readonly reject: (error: unknown) => void;
}

/** Invalid states are TypeErrors with a code, as in Node.js. */
function invalidState(message: string): Error {
  return codedError(TypeError, "ERR_INVALID_STATE", `Invalid state: ${message}`);
}

class State<T> {
  phase: "readable" | "closed" | "errored" = "readable";
  error: unknown;
  reader: ReadableStreamDefaultReader<T> | undefined;
  readonly queue: { readonly chunk: T; readonly size: number }[] = [];
  readonly waiting: Waiting<T>[] = [];
  readonly controller: ReadableStreamDefaultController<T>;
  readonly closed = Promise.withResolvers<undefined>();
  readonly #source: Source<T>;
  readonly #strategy: Strategy<T>;
  #isCloseRequested = false;
  #isStarted = false;
  #isPulling = false;
  #wantsPull = false;

  constructor(source: Source<T>, strategy: Strategy<T>) {
    this.#source = source;
    this.#strategy = strategy;
    this.controller = new ReadableStreamDefaultController(this);
    // Nobody has to listen to `closed`.
    this.closed.promise.catch(() => {});
    const started = source.start?.(this.controller);
    Promise.resolve(started).then(
      () => {
        this.#isStarted = true;
        this.pullIfNeeded();
      },
      (error: unknown) => this.fail(error),
    );
  }

  get desiredSize(): number | null {
    if (this.phase === "errored") {
      return null;
    }
    const { highWaterMark } = this.#strategy;
    return this.phase === "closed" ? 0 : highWaterMark - this.queue.reduce((sum, { size }) => sum + size, 0);
  }

  get canEnqueue(): boolean {
    return this.phase === "readable" && !this.#isCloseRequested;
  }

  enqueue(chunk: T): void {
    if (!this.canEnqueue) {
      throw invalidState("Controller is already closed");
    }
    const first = this.waiting.shift();
    if (first === undefined) {
      this.queue.push({ chunk, size: this.#sizeOf(chunk) });
    } else {
      first.resolve({ done: false, value: chunk });
    }
    this.pullIfNeeded();
  }

  #sizeOf(chunk: T): number {
    let size: number;
    try {
      size = +this.#strategy.size(chunk);
      if (!(size >= 0 && size !== Number.POSITIVE_INFINITY)) {
        const { message } = invalidArgValue("size", size);
        throw codedError(RangeError, "ERR_INVALID_ARG_VALUE", message);
      }
    } catch (error) {
      this.fail(error);
      throw error;
    }
    return size;
  }

  requestClose(): void {
    if (!this.canEnqueue) {
      throw invalidState("Controller is already closed");
    }
    this.#isCloseRequested = true;
    if (this.queue.length === 0) {
      this.close();
    }
  }

  close(): void {
    this.phase = "closed";
    for (const { resolve } of this.waiting.splice(0)) {
      resolve({ value: undefined, done: true });
    }
    this.closed.resolve(undefined);
  }

  fail(error: unknown): void {
    if (this.phase !== "readable") {
      return;
    }
    this.phase = "errored";
    this.error = error;
    this.queue.length = 0;
    for (const { reject } of this.waiting.splice(0)) {
      reject(error);
    }
    this.closed.reject(error);
  }

  read(): Promise<Step<T>> {
    const first = this.queue.shift();
    if (first !== undefined) {
      if (this.#isCloseRequested && this.queue.length === 0) {
        this.close();
      } else {
        this.pullIfNeeded();
      }
      return Promise.resolve({ done: false, value: first.chunk });
    }
    if (this.phase === "errored") {
      return Promise.reject(this.error);
    }
    if (this.phase === "closed") {
      return Promise.resolve({ value: undefined, done: true });
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.pullIfNeeded();
    });
  }

  async cancel(reason: unknown): Promise<undefined> {
    if (this.phase === "errored") {
      throw this.error;
    }
    if (this.phase === "closed") {
      return undefined;
    }
    this.queue.length = 0;
    this.close();
    await this.#source.cancel?.(reason);
    return undefined;
  }

  pullIfNeeded(): void {
    const isWanted = this.waiting.length > 0 || (this.desiredSize ?? 0) > 0;
    if (!this.#isStarted || !this.canEnqueue || !isWanted || this.#source.pull === undefined) {
      return;
    }
    if (this.#isPulling) {
      this.#wantsPull = true;
      return;
    }
    this.#isPulling = true;
    this.#pull();
  }

  async #pull(): Promise<void> {
    try {
      await this.#source.pull?.(this.controller);
    } catch (error) {
      this.fail(error);
    }
    this.#isPulling = false;
    if (this.#wantsPull) {
      this.#wantsPull = false;
      this.pullIfNeeded();
    }
  }
}

export class ReadableStreamDefaultController<T> {
  readonly #state: State<T>;

  constructor(state: State<T>) {
    if (!(state instanceof State)) {
      throw codedError(TypeError, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    }
    this.#state = state;
  }

  get [Symbol.toStringTag](): string {
    return "ReadableStreamDefaultController";
  }

  get desiredSize(): number | null {
    return this.#state.desiredSize;
  }

  enqueue(chunk: T): void {
    this.#state.enqueue(chunk);
  }

  close(): void {
    this.#state.requestClose();
  }

  error(error?: unknown): void {
    this.#state.fail(error);
  }
}

let stateOf: <T>(stream: ReadableStream<T>) => State<T>;
let isReadableStream: (value: unknown) => boolean;

export class ReadableStreamDefaultReader<T> {
  #state: State<T> | undefined;
  #closed: Promise<undefined>;

  constructor(stream: ReadableStream<T>) {
    if (!isReadableStream(stream)) {
      throw invalidArgType("stream", "an instance of ReadableStream", stream);
    }
    const state = stateOf(stream);
    if (state.reader !== undefined) {
      throw invalidState("ReadableStream is locked");
    }
    state.reader = this;
    this.#state = state;
    this.#closed = state.closed.promise;
  }

  get closed(): Promise<undefined> {
    return this.#closed;
  }

  get [Symbol.toStringTag](): string {
    return "ReadableStreamDefaultReader";
  }

  async read(): Promise<Step<T>> {
    return await this.#require().read();
  }

  async cancel(reason?: unknown): Promise<undefined> {
    return await this.#require().cancel(reason);
  }

  releaseLock(): void {
    const state = this.#state;
    if (state === undefined) {
      return;
    }
    const released = invalidState("Releasing reader");
    for (const { reject } of state.waiting.splice(0)) {
      reject(released);
    }
    state.reader = undefined;
    this.#state = undefined;
    this.#closed = Promise.reject(invalidState("Reader released"));
    // Nobody has to listen to it.
    this.#closed.catch(() => {});
  }

  #require(): State<T> {
    if (this.#state === undefined) {
      throw invalidState("The reader is not attached to a stream");
    }
    return this.#state;
  }
}

/** A source of type `bytes` is one like the others: the stream has no reader for bytes. */
function checkSource<T>(source: Source<T>): void {
  if (source === null || (typeof source !== "object" && typeof source !== "function")) {
    throw invalidArgType("source", "of type object", source);
  }
  if (source.type !== undefined && source.type !== "bytes") {
    throw invalidArgValue("source.type", source.type);
  }
  for (const name of ["start", "pull", "cancel"] as const) {
    if (source[name] !== undefined) {
      checkFunction(source[name], `source.${name}`);
    }
  }
}

export class ReadableStream<T = unknown> {
  readonly #state: State<T>;

  static {
    stateOf = (stream) => {
      return stream.#state;
    };
    isReadableStream = (value) => typeof value === "object" && value !== null && #state in value;
  }

  constructor(source: Source<T> = {}, strategy: Partial<Strategy<T>> | null = {}) {
    checkSource(source);
    this.#state = new State(source, strategyOf(strategy));
  }

  static from<T>(iterable: AsyncIterable<T> | Iterable<T>): ReadableStream<T> {
    const all = iterable as Partial<AsyncIterable<T> & Iterable<T>>;
    const iterator = all[Symbol.asyncIterator]?.() ?? all[Symbol.iterator]?.();
    if (iterator === undefined) {
      throw notIterable(iterable);
    }
    return new ReadableStream<T>(
      {
        async pull(controller) {
          const step = await iterator.next();
          if (step.done) {
            controller.close();
          } else {
            controller.enqueue(await step.value);
          }
        },
        async cancel(reason) {
          await iterator.return?.(reason as never);
        },
      },
      { highWaterMark: 0 },
    );
  }

  get locked(): boolean {
    return this.#state.reader !== undefined;
  }

  async cancel(reason?: unknown): Promise<undefined> {
    if (this.locked) {
      throw invalidState("ReadableStream is locked");
    }
    return await this.#state.cancel(reason);
  }

  getReader(): ReadableStreamDefaultReader<T> {
    return new ReadableStreamDefaultReader(this);
  }

  async *values({ preventCancel = false }: { readonly preventCancel?: boolean } = {}): AsyncGenerator<T, undefined> {
    const reader = this.getReader();
    let isAtEnd = false;
    try {
      for (;;) {
        const step = await reader.read();
        if (step.done) {
          isAtEnd = true;
          return undefined;
        }
        yield step.value;
      }
    } catch (error) {
      isAtEnd = true;
      throw error;
    } finally {
      if (!isAtEnd && !preventCancel) {
        await reader.cancel();
      }
      reader.releaseLock();
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, undefined> {
    return this.values();
  }

  get [Symbol.toStringTag](): string {
    return "ReadableStream";
  }
}

export { ByteLengthQueuingStrategy, CountQueuingStrategy } from "./strategies.ts";

export default {
  ByteLengthQueuingStrategy,
  CountQueuingStrategy,
  ReadableStream,
  ReadableStreamDefaultController,
  ReadableStreamDefaultReader,
};
