import { cachedLayer, type Decoded, optional, string, table } from "libcnb";
import { releaseTable } from "./releases.ts";

const toolMetadata = table({
  /** The request. While it is unchanged, no newer version is looked up. */
  request: string,
  arch: string,
  digest: optional(string),
  main: optional(releaseTable),
  native: optional(releaseTable),
  /** The digest of a program in the app. */
  vendored: optional(string),
});

export type ToolMetadata = Decoded<typeof toolMetadata>;

/** The layer of the package manager: only for the build, or also in the image. */
export const toolLayers = {
  build: cachedLayer("package-manager", { build: true, metadata: toolMetadata }),
  launch: cachedLayer("package-manager", { build: true, launch: true, metadata: toolMetadata }),
};
