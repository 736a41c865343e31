import type { ImageConfig } from "../model/spec.ts";
import { mismatch } from "./measure.ts";

/**
 * Describes inconsistencies within a configuration, and between the configuration and the number of
 * layers.
 */
export function configIssues(config: ImageConfig, layers: number): string[] {
  return [
    ...historyIssues(config, layers),
    ...timeIssues(config),
    ...(config.config?.Env ?? []).flatMap((text) =>
      /^[^=\0]+=[^\0]*$/s.test(text) ? [] : [`configuration: Env: ${JSON.stringify(text)} is not NAME=value`],
    ),
    ...nulIssues(config),
  ];
}

function historyIssues({ history }: ImageConfig, layers: number): string[] {
  if (history === undefined || history.length === 0) return [];
  const lines = history.filter(({ empty_layer }) => empty_layer !== true).length;
  return mismatch("history: lines with a layer", lines, layers);
}

/** RFC 3339, section 5.6, as Go reads it. */
const time = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function timeIssues({ created, history = [] }: ImageConfig): string[] {
  const times = [["created", created] as const, ...history.map((line, at) => [`history ${at}`, line.created] as const)];
  return times.flatMap(([what, text]) =>
    text === undefined || time.test(text)
      ? []
      : [`configuration: ${what}: ${JSON.stringify(text)} is not an RFC 3339 time`],
  );
}

/** The kernel cuts arguments at a NUL. */
function nulIssues({ config = {} }: ImageConfig): string[] {
  const { User, WorkingDir, Entrypoint, Cmd } = config;
  const fields = Object.entries({ User, WorkingDir, Entrypoint, Cmd });
  return fields.flatMap(([name, value]) =>
    [value].flat().some((text) => text?.includes("\0") === true)
      ? [`configuration: ${name} contains a NUL character`]
      : [],
  );
}
