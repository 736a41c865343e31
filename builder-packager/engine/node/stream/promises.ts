import "./missing-arguments.ts";
// The package's module of streams and the one of promises need each other: this order gives both the same object.
import "readable-stream/lib/stream.js";
import promises from "readable-stream/lib/stream/promises.js";

interface Options {
  readonly signal?: AbortSignal | undefined;
}

const original = promises.pipeline;

/** Unlike in the package, the error of an aborted pipeline says why, as in Node.js. */
async function pipelineWithCause(...streams: unknown[]): Promise<unknown> {
  const { signal } = (streams.at(-1) ?? {}) as Options;
  try {
    return await original(...streams);
  } catch (error) {
    const isBare = error instanceof Error && error.name === "AbortError" && error.cause === undefined;
    if (isBare && signal?.aborted) {
      Object.defineProperty(error, "cause", { value: signal.reason, writable: true, configurable: true });
    }
    throw error;
  }
}

export const { finished } = promises;
export const pipeline = Object.defineProperty(pipelineWithCause, "name", { value: "pipeline" });

// The package gives this object to those who ask a stream for it.
promises.pipeline = pipeline;

export default promises;
