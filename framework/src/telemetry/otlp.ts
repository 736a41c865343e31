import { defined } from "../defined.ts";
import type { Attributes, SpanOptions } from "./tracer.ts";

/** The sender of spans: the buildpack and the instrumentation. */
export interface Origin {
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version: string };
}

/** A span that has ended. */
export interface EndedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: NonNullable<SpanOptions["kind"]>;
  /** The start in milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  /** The code of the error with which the operation ended. */
  readonly error: string | undefined;
}

/**
 * Formats a span as one line of OTLP JSON, as the file exporter of the OpenTelemetry collector
 * does.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/
 */
export function otlpLine({ resource, scope }: Origin, span: EndedSpan): string {
  const scopeSpans = [{ scope, spans: [otlpSpan(span)] }];
  return `${JSON.stringify({ resourceSpans: [{ resource: { attributes: keyValues(resource) }, scopeSpans }] })}\n`;
}

const kinds = { internal: 1, client: 3 } as const;
const statusError = 2;

function otlpSpan({ traceId, spanId, parentSpanId, name, kind, start, end, attributes, error }: EndedSpan): object {
  return {
    traceId,
    spanId,
    ...defined({ parentSpanId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(Math.max(start, end)), // a clock may be set back
    attributes: keyValues(error === undefined ? attributes : { ...attributes, "error.type": error }),
    status: error === undefined ? {} : { code: statusError, message: error },
  };
}

// 64 bits are a string in OTLP JSON
const nanoseconds = (milliseconds: number): string => String(BigInt(Math.round(milliseconds * 1000)) * 1000n);

const keyValues = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

function anyValue(value: Attributes[string]): object {
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "string") return { stringValue: value.slice(0, longest) };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

const longest = 1000;
