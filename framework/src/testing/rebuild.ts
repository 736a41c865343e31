import type { Buildpack } from "../buildpack.ts";
import type { BuildFixture } from "./fixtures.ts";
import type { BuildOutcome } from "./outcomes.ts";
import { runBuild } from "./sandbox.ts";
import { pastOf, rememberBuild, rememberedOf } from "./state/history.ts";
import type { RememberedParts } from "./state/remembered.ts";
import { restored } from "./state/remembered.ts";

/**
 * The remains of an earlier build: `kept` (it is still there), `lost`, or the state of another
 * build, which may not match.
 */
export type LeftOf = "kept" | "lost" | BuildOutcome;

/** The inputs of the second build that differ from those of the first build. */
export interface RebuildFixture extends Omit<BuildFixture, "layers"> {
  /** The previous image: the metadata of launch layers, and the store. Default: `kept`. */
  readonly image?: LeftOf;
  /**
   * The cache: the contents of cached layers. Default: `kept`. The cache may come from another
   * build, as if two branches were built in turn. A launch layer is then not restored if its cached
   * contents differ from those in the image.
   */
  readonly cache?: LeftOf;
}

/**
 * Builds the same app again, with the layers that the lifecycle restores from the first build:
 * types are removed, a layer that is only for launch has no contents, and metadata is converted to
 * JSON and back (integers become floats, dates become strings). Other layers are lost.
 *
 * @throws LibcnbError TEST_UNBUILDABLE if the first build cannot be exported
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
  if (of === "lost") return undefined;
  return rememberedOf(of === "kept" ? outcome : of)[location];
}
