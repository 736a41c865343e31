import { cachedLayer, s } from "libcnb";
import { releaseTable } from "./releases.ts";

const toolMetadata = s.table({
  /** The request. While it is unchanged, no newer version is looked up. */
  request: s.string,
  arch: s.string,
  digest: s.optional(s.string),
  main: s.optional(releaseTable),
  native: s.optional(releaseTable),
  /** The digest of a program in the app. */
  vendored: s.optional(s.string),
});

export type ToolMetadata = s.Decoded<typeof toolMetadata>;

/**
 * The layer with the package manager: `build` is the layer if it is only for the build, and
 * `launch` if it is also in the image.
 */
export const toolLayers = {
  build: cachedLayer("package-manager", { build: true, metadata: toolMetadata }),
  launch: cachedLayer("package-manager", { build: true, launch: true, metadata: toolMetadata }),
};
