import { basename } from "node:path";
import type { Download, DownloadOptions } from "../host/downloads/download-options.ts";
import type { RunResult, ToolCall, ToolHost } from "../host/tools/tool.ts";
import type { Tracer } from "./tracer.ts";

/** The ports of a phase whose calls may take long. */
export interface TimedPorts {
  readonly download: (url: URL, options: DownloadOptions) => Promise<Download>;
  readonly runTool: (host: ToolHost, call: ToolCall) => Promise<RunResult>;
}

/**
 * Wraps the ports of a phase, so that a span is recorded for each download and each tool run. A
 * download's span only contains the host, not the path. A tool's span only contains the name of the
 * tool, not its arguments, which may be secrets.
 */
export function tracedPorts<Inputs extends TimedPorts>({ download, runTool, ...rest }: Inputs, tracer: Tracer): Inputs {
  const traced: TimedPorts = {
    download: (url, options) =>
      tracer.span("download", { kind: "client", attributes: { "server.address": url.hostname } }, async (span) => {
        let attempts = 1;
        const onRetry: DownloadOptions["onRetry"] = (...retry) => {
          attempts += 1;
          options.onRetry?.(...retry);
        };
        try {
          const result = await download(url, { ...options, onRetry });
          span.set({ "http.response.body.size": result.bytes });
          return result;
        } finally {
          span.set({ "cnb.download.attempts": attempts });
        }
      }),
    runTool: (host, call) => {
      const name = basename(call.tool);
      return tracer.span(`run ${name}`, { attributes: { "process.executable.name": name } }, async (span) => {
        const result = await runTool(host, call);
        span.set({ "process.exit.code": result.exitCode });
        return result;
      });
    },
  };
  return { ...rest, ...traced } as unknown as Inputs;
}
