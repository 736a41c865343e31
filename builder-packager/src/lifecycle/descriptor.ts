import { parse } from "smol-toml";
import * as v from "valibot";
import { CnbError } from "../errors.ts";
import { object } from "../schema.ts";
import type { LifecycleDescriptor } from "./source.ts";

const apiVersion = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/, "is not an API version such as 0.10"));
const apis = object({ deprecated: v.optional(v.array(apiVersion), []), supported: v.array(apiVersion) });
const descriptor = object({
  apis: object({ buildpack: apis, platform: apis }),
  lifecycle: object({ version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+/, "is not a version such as 0.21.0")) }),
});

/**
 * Parses `lifecycle.toml`. The older `[api]` table is not sufficient, because it only names one
 * version of each API.
 *
 * @example `parseLifecycleDescriptor(text, "lifecycle.tgz").apis.platform.supported // ["0.7", …]`
 */
export function parseLifecycleDescriptor(text: string, origin: string): LifecycleDescriptor {
  const result = v.safeParse(descriptor, tomlOf(text, origin));
  if (result.success) return { version: result.output.lifecycle.version, apis: result.output.apis };
  const issues = result.issues.map((issue) => `${v.getDotPath(issue) ?? "file"}: ${issue.message}`);
  throw invalid(origin, `its lifecycle.toml is not valid: ${issues.join("; ")}`);
}

function tomlOf(text: string, origin: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw invalid(origin, "its lifecycle.toml is not TOML", cause);
  }
}

/** Creates the error for an archive that does not contain a lifecycle. */
export const invalid = (origin: string, reason: string, cause?: unknown) =>
  new CnbError("LIFECYCLE_INVALID", `${origin} does not contain a lifecycle: ${reason}`, {
    cause,
    hint: origin.startsWith("docker://")
      ? "Use an image of the lifecycle project, such as docker://buildpacksio/lifecycle:0.21.0."
      : "Use the file lifecycle-v<version>+linux.<architecture>.tgz of a lifecycle release.",
  });
