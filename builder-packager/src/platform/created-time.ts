import { normalizedCreated } from "../oci/mutate.ts";
import type { Reporter } from "../reporter.ts";

/** The lifecycle's constant, or SOURCE_DATE_EPOCH: equal inputs make equal images. */
export function createdTime({
  env,
  reporter,
}: {
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
}): string {
  const epoch = env["SOURCE_DATE_EPOCH"];
  if (!epoch) return normalizedCreated;
  if (/^\d{1,11}$/.test(epoch)) return new Date(Number(epoch) * 1000).toISOString().replace(".000Z", "Z");
  reporter.warn(`ignoring SOURCE_DATE_EPOCH=${epoch}: it is not a number of seconds`);
  return normalizedCreated;
}
