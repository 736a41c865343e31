import { normalizedCreated } from "../oci/model/mutate.ts";
import type { Reporter } from "../reporter.ts";

/**
 * Returns the creation time of an image: the requested time, or else SOURCE_DATE_EPOCH, or else the
 * lifecycle's constant. Equal inputs thus give equal images.
 */
export function createdTime({
  creationTime,
  env,
  reporter,
}: {
  readonly creationTime?: Date;
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
}): string {
  if (creationTime) return inSeconds(creationTime);
  const epoch = env["SOURCE_DATE_EPOCH"];
  if (!epoch) return normalizedCreated;
  if (/^\d{1,11}$/.test(epoch)) return inSeconds(new Date(Number(epoch) * 1000));
  reporter.warn(`ignoring SOURCE_DATE_EPOCH=${epoch}: it is not a number of seconds`);
  return normalizedCreated;
}

const inSeconds = (time: Date): string => time.toISOString().replace(/\.\d{3}Z$/, "Z");
