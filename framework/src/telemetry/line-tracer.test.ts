import { expect, test } from "vitest";
import { UserError } from "../errors.ts";
import { lineTracer } from "./line-tracer.ts";
import { parseTraceparent } from "./trace-context.ts";

/** A tracer whose clock ticks each time it is asked and whose ids count up. */
function recordingTracer(parent?: { readonly traceId: string; readonly spanId: string }) {
  const lines: string[] = [];
  let [ticks, ids] = [0, 0];
  const tracer = lineTracer({
    origin: { resource: { "service.name": "test/x" }, scope: { name: "libcnb", version: "1.0.0" } },
    clock: { now: () => 1_700_000_000_000 + 10 * ticks++ },
    write: (line) => void lines.push(line),
    parent,
    randomId: (bytes) => String(++ids).padStart(2 * bytes, "0"),
  });
  return { tracer, lines, spans: () => lines.map((line) => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans[0]) };
}

test("a telemetry span is one line of OTLP JSON", async () => {
  const { tracer, lines } = recordingTracer();
  const result = await tracer.span("work", { kind: "client", attributes: { a: "text" } }, async (span) => {
    span.set({ count: 3, share: 0.5, ok: true });
    return 42;
  });
  expect(result).toBe(42);
  expect(lines).toEqual([
    `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"test/x"}}]},` +
      `"scopeSpans":[{"scope":{"name":"libcnb","version":"1.0.0"},"spans":[{"traceId":"00000000000000000000000000000001",` +
      `"spanId":"0000000000000002","name":"work","kind":3,"startTimeUnixNano":"1700000000000000000",` +
      `"endTimeUnixNano":"1700000000010000000","attributes":[{"key":"a","value":{"stringValue":"text"}},` +
      `{"key":"count","value":{"intValue":"3"}},{"key":"share","value":{"doubleValue":0.5}},` +
      `{"key":"ok","value":{"boolValue":true}}],"status":{}}]}]}]}\n`,
  ]);
});

test("nested and concurrent telemetry spans have their parent's ID", async () => {
  const { tracer, spans } = recordingTracer({ traceId: "a".repeat(32), spanId: "b".repeat(16) });
  const nothing = async () => {};
  await tracer.span("build", {}, async () => {
    await Promise.all([
      tracer.span("layer", {}, () => tracer.span("run", {}, nothing)),
      tracer.span("download", {}, nothing),
    ]);
  });
  const all = spans();
  expect(all.every(({ traceId }) => traceId === "a".repeat(32))).toBe(true);
  const name = new Map(all.map(({ spanId, name }) => [spanId, name]));
  expect(Object.fromEntries(all.map((span) => [span.name, name.get(span.parentSpanId) ?? span.parentSpanId]))).toEqual({
    build: "b".repeat(16),
    layer: "build",
    run: "layer",
    download: "build",
  });
});

test.for<[string, unknown, string]>([
  ["a UserError", new UserError("NODE_VERSION_UNAVAILABLE", "hunter2"), "NODE_VERSION_UNAVAILABLE"],
  ["an unexpected error", new TypeError("hunter2"), "TypeError"],
  ["a thrown string", "hunter2", "string"],
])("a telemetry span that ends with %s contains the error's code, but not its message", async ([, error, code]) => {
  const { tracer, lines, spans } = recordingTracer();
  await expect(tracer.span("work", {}, () => Promise.reject(error))).rejects.toBe(error);
  expect(spans()[0]).toMatchObject({
    attributes: [{ key: "error.type", value: { stringValue: code } }],
    status: { code: 2, message: code },
  });
  expect(lines.join("")).not.toContain("hunter2");
});

const [trace, span] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];

test.for<[string, string | undefined, boolean]>([
  ["with a valid value is accepted", `00-${trace}-${span}-01`, true],
  ["with surrounding white space is accepted", ` 00-${trace}-${span}-00\n`, true],
  ["of a newer version with more fields is accepted", `01-${trace}-${span}-01-more`, true],
  ["of version 00 with more fields is ignored", `00-${trace}-${span}-01-more`, false],
  ["of version ff is ignored", `ff-${trace}-${span}-01`, false],
  ["with a trace ID of zeros is ignored", `00-${"0".repeat(32)}-${span}-01`, false],
  ["with a span ID of zeros is ignored", `00-${trace}-${"0".repeat(16)}-01`, false],
  ["with capital letters is ignored", `00-${trace.toUpperCase()}-${span}-01`, false],
  ["without flags is ignored", `00-${trace}-${span}`, false],
  ["without a value is ignored", "", false],
  ["that is not set is ignored", undefined, false],
])("a traceparent %s", ([, text, isOne]) => {
  expect(parseTraceparent(text)).toEqual(isOne ? { traceId: trace, spanId: span } : undefined);
});
