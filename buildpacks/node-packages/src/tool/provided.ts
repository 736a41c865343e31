import { cachedLayer, type Decoded, optional, string, table } from "libcnb";
import { releaseTable } from "./releases.ts";

const toolMetadata = table({
  /** What was asked for: while that stays the same no newer version is looked for. */
  request: string,
  arch: string,
  digest: optional(string),
  main: optional(releaseTable),
  native: optional(releaseTable),
  /** The digest of a program in the app. */
  vendored: optional(string),
});

export type ToolMetadata = Decoded<typeof toolMetadata>;

/** The package manager: for the build, and for the image too. */
export const toolLayers = {
  build: cachedLayer("package-manager", { build: true, metadata: toolMetadata }),
  launch: cachedLayer("package-manager", { build: true, launch: true, metadata: toolMetadata }),
};
