import { AsyncLocalStorage } from "node:async_hooks";
import { randomBytes } from "node:crypto";
import { type EndedSpan, type Origin, otlpLine } from "./otlp.ts";
import type { TraceContext } from "./trace-context.ts";
import type { Attributes, SpanOptions, Tracer } from "./tracer.ts";

/** The inputs of a tracer that writes each span as a line. */
export interface LineTracerInputs {
  readonly origin: Origin;
  readonly clock: { now(): number };
  /** Writes a line. Never fails. */
  readonly write: (line: string) => void;
  /** The platform's span that is the parent of all others. */
  readonly parent?: TraceContext | undefined;
  /**
   * Returns this number of random bytes as hexadecimal digits. Default: cryptographically random
   * bytes.
   */
  readonly randomId?: (bytes: number) => string;
}

/**
 * Creates a tracer that writes each span when the span ends, so that the spans of a killed process
 * are not lost.
 */
export function lineTracer({ origin, clock, write, parent, randomId = randomHex }: LineTracerInputs): Tracer {
  const current = new AsyncLocalStorage<TraceContext>();
  const traceId = parent?.traceId ?? randomId(16);
  return {
    async span(name, { attributes = {}, kind = "internal" }: SpanOptions, work) {
      const [spanId, start] = [randomId(8), clock.now()];
      const parentSpanId = (current.getStore() ?? parent)?.spanId;
      const known: Record<string, Attributes[string]> = { ...attributes };
      const end = (error?: string) => {
        const span: EndedSpan = {
          traceId,
          spanId,
          parentSpanId,
          name,
          kind,
          start,
          end: clock.now(),
          attributes: known,
          error,
        };
        write(otlpLine(origin, span));
      };
      try {
        const result = await current.run({ traceId, spanId }, () =>
          work({ set: (more) => void Object.assign(known, more) }),
        );
        end();
        return result;
      } catch (error) {
        end(errorType(error));
        throw error;
      }
    },
  };
}

// Codes and names only, because messages may contain private data.
function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

const randomHex = (bytes: number): string => randomBytes(bytes).toString("hex");
