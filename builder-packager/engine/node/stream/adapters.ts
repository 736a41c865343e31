import type { Readable as NodeReadable } from "node:stream";
import { AbortError, invalidArgType } from "../errors.ts";
import { ReadableStream } from "./web.ts";

/* `Readable.toWeb` and `Readable.fromWeb`, which `readable-stream` leaves out. */

interface Options {
  readonly strategy?: { readonly highWaterMark?: number };
}

export function toWeb(readable: NodeReadable, { strategy = {} }: Options = {}): ReadableStream {
  if (typeof readable?.read !== "function") {
    throw invalidArgType("streamReadable", "an stream.Readable", readable);
  }
  const isObjects = readable.readableObjectMode;
  let isDone = false;
  const stream = new ReadableStream<unknown>(
    {
      start(controller) {
        readable.pause();
        readable.on("data", (chunk: unknown) => {
          if (isDone) {
            return; // it was read before the stream was cancelled
          }
          // A view of the web's kind: Buffer is one of Node.js.
          const isPlain = isObjects || !(chunk instanceof Uint8Array);
          controller.enqueue(isPlain ? chunk : new Uint8Array(chunk));
          if ((controller.desiredSize ?? 0) <= 0) {
            readable.pause();
          }
        });
        readable.once("end", () => {
          isDone = true;
          controller.close();
        });
        readable.once("error", (error: unknown) => {
          isDone = true;
          controller.error(error);
        });
        readable.once("close", () => {
          if (!isDone) {
            isDone = true;
            controller.error(new AbortError());
          }
        });
      },
      pull() {
        readable.resume();
      },
      cancel(reason) {
        isDone = true;
        // Without a listener, the error of `destroy` would end the program.
        readable.on("error", () => {});
        readable.destroy(reason as Error);
      },
    },
    { highWaterMark: strategy.highWaterMark ?? (isObjects ? readable.readableHighWaterMark : 0) },
  );
  return stream;
}

interface ReadableConstructor {
  new (options: object): NodeReadable;
}

interface Reader {
  read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
  cancel(reason?: unknown): Promise<unknown>;
}

/**
 * Creates `fromWeb` for the given class. Any object with `getReader` is accepted, because a package
 * may bring its own ReadableStream.
 */
export const fromWebTo =
  (Readable: ReadableConstructor) =>
  (stream: { getReader(): Reader }, options: object = {}): NodeReadable => {
    if (typeof stream?.getReader !== "function") {
      throw invalidArgType("readableStream", "an instance of ReadableStream", stream);
    }
    const reader = stream.getReader();
    let isDone = false;
    return new Readable({
      ...options,
      read(this: NodeReadable) {
        reader.read().then(
          ({ done, value }) => {
            isDone = done;
            this.push(done ? null : value);
          },
          (error: Error) => {
            isDone = true;
            this.destroy(error);
          },
        );
      },
      destroy(error: Error | null, callback: (error: Error | null) => void) {
        if (isDone) {
          callback(error);
        } else {
          reader.cancel(error ?? undefined).then(
            () => callback(error),
            () => callback(error),
          );
        }
      },
    });
  };
