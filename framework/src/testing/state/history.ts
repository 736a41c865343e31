import type { BuildFixture } from "../fixtures.ts";
import type { BuildOutcome } from "../outcomes.ts";
import { type PlatformState, type RememberedParts, remember } from "./remembered.ts";

/** The inputs of a build, and the platform's state after it. */
export interface Past {
  readonly given: BuildFixture;
  readonly id: string;
  readonly version: string;
  /** The image before the build. */
  readonly previous: RememberedParts | undefined;
}

// not in the outcome itself: that is what a test compares
const pasts = new WeakMap<BuildOutcome, Past>();

/** Records the inputs of a build, for a rebuild. */
export function rememberBuild(outcome: BuildOutcome, past: Past): BuildOutcome {
  pasts.set(outcome, past);
  return outcome;
}

/** Returns the recorded inputs of a build. */
export function pastOf(outcome: BuildOutcome): Past {
  const past = pasts.get(outcome);
  if (past === undefined)
    throw new TypeError("rebuild() needs the object that build() or rebuild() returned, not a copy of it");
  return past;
}

/**
 * Returns the platform's state after a build.
 *
 * @throws LibcnbError TEST_UNBUILDABLE
 */
export function rememberedOf(outcome: BuildOutcome): PlatformState {
  const { id, version, previous } = pastOf(outcome);
  return remember({ id, version, previous, layers: outcome.layers });
}
