import type { Buildpack } from "../buildpack.ts";
import type { BuildGiven, BuildOutcome } from "./build.ts";
import { pastOf, rememberBuild, rememberedOf } from "./history.ts";
import type { Kept } from "./remembered.ts";
import { restored } from "./remembered.ts";
import { runBuild } from "./sandbox.ts";

/** What is left of an earlier build: all, nothing, or what another build left, which may not fit. */
export type LeftOf = "kept" | "lost" | BuildOutcome;

/** What is different in the second build. What is left out is as in the first. */
export interface RebuildGiven extends Omit<BuildGiven, "layers"> {
  /** The previous image: launch layers' metadata, the store. Default: kept. */
  readonly image?: LeftOf;
  /**
   * The cache: contents of cache layers. Default: kept. That of another build: a layer for both launch and cache whose contents differ from those of the
   * image is not restored at all, as when two branches build in turns.
   */
  readonly cache?: LeftOf;
}

/**
 * Builds the same application again, as the lifecycle would: with what it restores of the first build. Types are gone, a layer of the image only has
 * no contents, metadata went through JSON (integers are floats, dates are text), other layers are lost.
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
  { image = "kept", cache = "kept", ...changes }: RebuildGiven = {},
): Promise<BuildOutcome> {
  const { layers: _, ...before } = pastOf(outcome).given;
  const given: BuildGiven = { ...before, ...changes };
  const previous = left(outcome, image, "image");
  const past = { image: previous, cache: left(outcome, cache, "cache") };
  const { outcome: next, ...built } = await runBuild(buildpack, given, (id) => restored(id, past));
  return rememberBuild(next, { ...built, given, previous });
}

function left(outcome: BuildOutcome, of: LeftOf, place: "image" | "cache"): Kept | undefined {
  return of === "lost" ? undefined : rememberedOf(of === "kept" ? outcome : of)[place];
}
