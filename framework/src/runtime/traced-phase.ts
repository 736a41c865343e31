import { about } from "../about.ts";
import type { Env } from "../env/apply.ts";
import { lineFile } from "../host/files/line-file.ts";
import type { Logger } from "../logger/logger.ts";
import { lineTracer } from "../telemetry/line-tracer.ts";
import { parseTraceparent } from "../telemetry/trace-context.ts";
import { tracedPorts } from "../telemetry/traced-ports.ts";
import type { Attributes } from "../telemetry/tracer.ts";
import type { Phase } from "./inputs/inputs.ts";
import type { Ports } from "./ports.ts";

/**
 * The file to which the telemetry of a phase is written, and the facts about the phase that it
 * contains.
 */
export interface TelemetryRequest {
  /**
   * The file to which lines are appended: CNB_OTEL_LOG_PATH of the platform (draft of Buildpack API
   * 0.13), or else BP_TELEMETRY_FILE of the user.
   */
  readonly file: string;
  /** The variables of the build. */
  readonly env: Env;
  readonly phase: Phase;
  readonly id: string;
  readonly version: string;
  readonly api: string;
}

/**
 * Runs a phase, and records its downloads and tool runs as spans in a file. The spans belong to the
 * trace that the environment names.
 */
export async function tracedPhase<Host extends Ports & { readonly log: Logger }>(
  request: TelemetryRequest,
  host: Host,
  run: (host: Host) => Promise<number>,
): Promise<number> {
  const { file, env, phase, id, version } = request;
  const tracer = lineTracer({
    origin: {
      resource: { "service.name": id, "service.version": version, "telemetry.sdk.name": about.name },
      scope: { name: about.name, version: about.version },
    },
    clock: host.clock,
    write: lineFile(file, (error) =>
      host.log.warn(`Telemetry could not be written: ${error instanceof Error ? error.message : error}`),
    ),
    parent: parseTraceparent(env.CNB_OTEL_TRACEPARENT || env.TRACEPARENT),
  });
  return tracer.span(phase, { attributes: phaseAttributes(request) }, async (span) => {
    const exitCode = await run({ ...tracedPorts(host, tracer), tracer });
    span.set({ "process.exit.code": exitCode });
    return exitCode;
  });
}

function phaseAttributes({ id, version, api, env }: TelemetryRequest): Attributes {
  const variables = {
    "cnb.exec_env": env.CNB_EXEC_ENV,
    "cnb.target.os": env.CNB_TARGET_OS,
    "cnb.target.arch": env.CNB_TARGET_ARCH,
  };
  const known = Object.entries(variables).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  return {
    "cnb.buildpack.id": id,
    "cnb.buildpack.version": version,
    "cnb.buildpack.api": api,
    ...Object.fromEntries(known),
  };
}
