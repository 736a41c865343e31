import type { Download, DownloadOptions } from "../host/downloads/download-options.ts";
import type { RunResult, ToolCall, ToolHost } from "../host/tools/tool.ts";
import type { Tracer } from "../telemetry/tracer.ts";

/** The source of the current time. */
export interface Clock {
  /** The current time in milliseconds since 1970. */
  now(): number;
}

/**
 * The operations of a phase outside of its directories: downloads, tools and time. Tests replace
 * them.
 */
export interface Ports {
  readonly clock: Clock;
  /** Downloads and verifies a file. Mirrors and caches have already been applied to the URL. */
  readonly download: (url: URL, options: DownloadOptions) => Promise<Download>;
  /** Runs a tool and waits for its end. */
  readonly runTool: (host: ToolHost, call: ToolCall) => Promise<RunResult>;
  /**
   * Reads the compiled program of an exec.d definition. A test runs from sources, so that it has no
   * compiled program.
   */
  readonly compiledExecD: (buildpackDir: string, name: string) => Promise<Uint8Array>;
  /** Records spans, if telemetry is enabled. */
  readonly tracer?: Tracer;
}

/**
 * The ports that download files and run tools in a real build. Their implementations are loaded on
 * demand, because detect downloads nothing and starts no tools.
 */
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
  async compiledExecD(buildpackDir, name) {
    const { readCompiled } = await import("../host/program.ts");
    return readCompiled(buildpackDir, name);
  },
};
