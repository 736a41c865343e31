import type { RunResult, ToolHost } from "../host/command.ts";
import type { Download, DownloadOptions } from "../host/download.ts";
import type { ToolCall } from "../host/tool.ts";
import type { Tracer } from "../telemetry/tracer.ts";

/** Tells the time. */
export interface Clock {
  /** Milliseconds since the beginning of 1970. */
  now(): number;
}

/** What a phase reaches of the world beyond its directories. The test kit puts its own in the place of the real ones. */
export interface Ports {
  readonly clock: Clock;
  /** Gets a file, checked, to its place: everything about mirrors and caches is decided before. */
  readonly download: (url: URL, options: DownloadOptions) => Promise<Download>;
  /** Runs a tool to its end. */
  readonly runTool: (host: ToolHost, call: ToolCall) => Promise<RunResult>;
  /** Records what takes time, if somebody asks for it. */
  readonly tracer?: Tracer;
}

/** The world itself; loaded late, as detect downloads nothing and starts no tools. */
export const realPorts: Ports = {
  clock: Date,
  async download(url, options) {
    const { downloadFile } = await import("../host/download-file.ts");
    return downloadFile(url, options);
  },
  async runTool(host, call) {
    const { runTool } = await import("../host/run-tool.ts");
    return runTool(host, call);
  },
};
