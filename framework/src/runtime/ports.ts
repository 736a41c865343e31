import type { Download, DownloadOptions } from "../host/downloads/download-options.ts";
import type { RunResult, ToolCall, ToolHost } from "../host/tools/tool.ts";
import type { Tracer } from "../telemetry/tracer.ts";

/** The current time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** A phase's access to the world beyond its directories. The test kit replaces it. */
export interface Ports {
  readonly clock: Clock;
  /** Downloads and verifies a file; mirrors and caches are already resolved. */
  readonly download: (url: URL, options: DownloadOptions) => Promise<Download>;
  /** Runs a tool to its end. */
  readonly runTool: (host: ToolHost, call: ToolCall) => Promise<RunResult>;
  /** Records spans, if telemetry is enabled. */
  readonly tracer?: Tracer;
}

/** The real ports, loaded on demand, because detect downloads nothing and starts no tools. */
export const realPorts: Ports = {
  clock: Date,
  async download(url, options) {
    const { downloadFile } = await import("../host/downloads/download-file.ts");
    return downloadFile(url, options);
  },
  async runTool(host, call) {
    const { runTool } = await import("../host/tools/run-tool.ts");
    return runTool(host, call);
  },
};
