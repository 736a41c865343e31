import { type RebaseInput, type RebaseReport, rebaseApp } from "../rebase/rebase-image.ts";
import type { Host } from "./host.ts";

/**
 * Rebases an app image onto another version of its run image. No layer is downloaded. If the
 * registry already has the base's layers, only the manifest and the configuration are uploaded.
 *
 * @throws CnbError REBASE_IMPOSSIBLE, REBASE_REFUSED, RUN_IMAGE_NOT_FOUND, IMAGE_…, REGISTRY_….
 * @example `const { outcome } = await rebase({ image: parseImageReference("example.com/shop:1") }, host)`
 */
export const rebase = async (input: RebaseInput, { registry, reporter }: Host): Promise<RebaseReport> =>
  rebaseApp({ ...input, registry, reporter });
