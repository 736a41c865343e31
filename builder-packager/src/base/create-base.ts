import { join } from "node:path";
import type { LockFile } from "../config/lock-file.ts";
import { CnbError } from "../errors.ts";
import type { ImageIndex } from "../oci/model/image-index.ts";
import { normalizedCreated } from "../oci/model/mutate.ts";
import { readAptSources } from "./archive/apt-sources.ts";
import type { ImagePair } from "./assemble.ts";
import type { BasePlan } from "./base-plan.ts";
import type { CreateBaseOptions } from "./create-options.ts";
import { createPair } from "./create-pair.ts";
import { notePins, pinnedBelow, readPins, targetOf } from "./packages/lock-pins.ts";

/** A build image and its run image, each for all requested architectures. */
export interface BaseImages {
  readonly build: ImageIndex;
  readonly run: ImageIndex;
}

/**
 * Creates base images from the packages of a Debian-like distribution. Root is not required, and no
 * program of the packages is executed. The result is reproducible if the lock file pins the
 * packages, or as long as the archive has the same versions. The two images for one architecture
 * share identical content.
 *
 * @throws CnbError with a BASE_ or LOCK_ code
 * @example
 * ```ts
 * const plan = planBase({}, parseBaseToml(await readFile("base.toml"), "base.toml"), {}, process.arch);
 * const { build, run } = await createBase(plan, { reporter, env, cacheDir, store, now: Date.now() });
 * ```
 */
export async function createBase(plan: BasePlan, options: CreateBaseOptions): Promise<BaseImages> {
  const { hostDir = "/", allowExpired = false, created, lock } = options;
  if (lock) await refuseStaleLock(plan, lock);
  const defaults = { hostDir, allowExpired, isDated: created !== undefined, created: created ?? normalizedCreated };
  const apt = await readAptSources(join(hostDir, "etc/apt"));
  const pairs: ImagePair[] = [];
  for (const architecture of plan.architectures)
    pairs.push(await createPair(plan, architecture, { ...options, ...defaults, apt }));
  return { build: { images: pairs.map(({ build }) => build) }, run: { images: pairs.map(({ run }) => run) } };
}

/** Reports a lock file of a different request before any long work. */
async function refuseStaleLock(plan: BasePlan, lock: LockFile): Promise<void> {
  const targets = plan.architectures.map((architecture) => targetOf(lock, architecture));
  const pinned = targets.flatMap((target) => {
    const pins = readPins(target);
    return pins ? [{ target, pins }] : [];
  });
  for (const { target, pins } of pinned) notePins(target, plan, pins, pinnedBelow(target, plan));
  if (pinned.length > 0) await lock.finish();
}

/**
 * Returns the creation time in the environment variable SOURCE_DATE_EPOCH, in ISO 8601; undefined
 * if the variable is not set.
 *
 * @throws CnbError ARGUMENT_INVALID when the value is not a number of seconds
 * @see https://reproducible-builds.org/specs/source-date-epoch/
 */
export function createdFrom(env: NodeJS.ProcessEnv): string | undefined {
  const epoch = env.SOURCE_DATE_EPOCH;
  if (epoch === undefined || epoch === "") return undefined;
  const seconds = /^[0-9]+$/.test(epoch) ? Number(epoch) : Number.NaN;
  if (seconds <= 253402300799) return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  throw new CnbError(
    "ARGUMENT_INVALID",
    `SOURCE_DATE_EPOCH is "${epoch}", not a number of seconds from 1970 to the year 9999`,
    {
      hint: "Unset the variable, or set it to a whole number such as 1767225600.",
    },
  );
}
