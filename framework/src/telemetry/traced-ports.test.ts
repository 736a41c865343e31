import { expect, test } from "vitest";
import type { ToolCall, ToolHost } from "../host/tools/tool.ts";
import { recordingLogger } from "../logger/recording-logger.ts";
import { tracedPorts } from "./traced-ports.ts";
import type { Attributes, Tracer } from "./tracer.ts";

/** Remembers the attributes of spans. */
function remembering(): { readonly tracer: Tracer; readonly spans: readonly [string, Attributes][] } {
  const spans: [string, Attributes][] = [];
  const tracer: Tracer = {
    span(name, { attributes = {} }, work) {
      const known = { ...attributes };
      spans.push([name, known]);
      return work({ set: (more) => void Object.assign(known, more) });
    },
  };
  return { tracer, spans };
}

const other = { clock: Date };

test("the telemetry span of a download has host, size and attempts, and each retry is passed on to the caller", async () => {
  const { tracer, spans } = remembering();
  const heard: number[] = [];
  const ports = tracedPorts(
    {
      ...other,
      async download(_url, { onRetry }) {
        for (const waitMs of [1, 2]) onRetry?.(new Error("HTTP 503"), waitMs);
        return { bytes: 5, sha256: "00" };
      },
      runTool: () => expect.fail("no tool runs"),
    },
    tracer,
  );
  const options = { to: "/tmp/x", onRetry: (_error: unknown, waitMs: number) => void heard.push(waitMs) };
  expect(await ports.download(new URL("https://me:hunter2@example.com:8443/a?token=hunter2"), options)).toEqual({
    bytes: 5,
    sha256: "00",
  });
  expect(heard).toEqual([1, 2]);
  expect(ports.clock).toBe(Date);
  expect(spans).toEqual([
    ["download", { "server.address": "example.com", "http.response.body.size": 5, "cnb.download.attempts": 3 }],
  ]);
});

test("the telemetry span of a tool has its name and exit status", async () => {
  const { tracer, spans } = remembering();
  const ports = tracedPorts(
    {
      ...other,
      download: () => expect.fail("nothing is downloaded"),
      runTool: async (_host: ToolHost, _call: ToolCall) => ({ exitCode: 3, stdout: "", stderr: "" }),
    },
    tracer,
  );
  const host = { env: { TOKEN: "hunter2" }, cwd: "/", log: recordingLogger() };
  await ports.runTool(host, { tool: "/usr/bin/npm", args: ["--token=hunter2"] });
  expect(spans).toEqual([["run npm", { "process.executable.name": "npm", "process.exit.code": 3 }]]);
});
