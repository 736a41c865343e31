import type { Buildpack } from "../buildpack.ts";
import type { BuildFixture } from "./fixtures.ts";
import type { BuildOutcome } from "./outcomes.ts";
import { runBuild } from "./sandbox.ts";
import { pastOf, rememberBuild, rememberedOf } from "./state/history.ts";
import type { RememberedParts } from "./state/remembered.ts";
import { restored } from "./state/remembered.ts";

/** The state of an earlier build: complete, lost, or from another build, so that it may not match. */
export type LeftOf = "kept" | "lost" | BuildOutcome;

/** The inputs that differ in the second build. Omitted ones are unchanged. */
export interface RebuildFixture extends Omit<BuildFixture, "layers"> {
  /** The previous image: launch layers' metadata, the store. Default: kept. */
  readonly image?: LeftOf;
  /**
   * The cache: contents of cache layers. Default: kept. From another build: a layer for both launch
   * and cache whose contents differ from the image's is not restored at all, as if two branches
   * built in turns.
   */
  readonly cache?: LeftOf;
}

/**
 * Builds the same app again, with the layers that the lifecycle restores from the first build:
 * types are removed, a launch-only layer has no contents, metadata is converted through JSON
 * (integers become floats, dates strings), and other layers are lost.
 *
 * @throws LibcnbError TEST_UNBUILDABLE if the first build left what cannot be exported
 * @example
 * ```ts
 * const first = await build(buildpack, { app: { "package.json": "{}" } });
 * expect((await rebuild(buildpack, first)).log).toEqual(["Keeping Node.js"]);
 * expect((await rebuild(buildpack, first, { cache: "lost" })).log).toEqual(["Installing Node.js"]);
 * ```
 */
export async function rebuild(
  buildpack: Buildpack,
  outcome: BuildOutcome,
  { image = "kept", cache = "kept", ...changes }: RebuildFixture = {},
): Promise<BuildOutcome> {
  const { layers: _, ...before } = pastOf(outcome).given;
  const given: BuildFixture = { ...before, ...changes };
  const previous = left(outcome, image, "image");
  const past = { image: previous, cache: left(outcome, cache, "cache") };
  const { outcome: next, ...built } = await runBuild(buildpack, given, (id) => restored(id, past));
  return rememberBuild(next, { ...built, given, previous });
}

function left(outcome: BuildOutcome, of: LeftOf, location: "image" | "cache"): RememberedParts | undefined {
  return of === "lost" ? undefined : rememberedOf(of === "kept" ? outcome : of)[location];
}
