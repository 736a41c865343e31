import type { BuildReport } from "../platform/build-image.ts";
import type { BuildInput } from "../platform/build-options.ts";
import { buildImage as build } from "../project/build-image.ts";
import type { Host } from "./host.ts";

/**
 * Builds an app into an image with the buildpacks of a builder. The lifecycle's phases run in
 * order: analyze, detect, restore, build and export. The input takes precedence over the app's
 * project.toml.
 *
 * @throws CnbError APP_NOT_FOUND, ARGUMENT_INVALID, PROJECT_INVALID, BINDING_INVALID, BUILDER_…,
 * BUILDPACK_…, RUN_IMAGE_NOT_FOUND, ARCHITECTURE_MISMATCH, DETECT_…, BUILD_…, EXPORT_FAILED,
 * OUTPUT_UNWRITABLE.
 * @example
 * `await buildImage({ app: ".", builder: parseImageReference("oci:builder"), output: parseImageReference("oci:app") }, host)`
 */
export const buildImage = async (input: BuildInput, { env, reporter, signal, registry }: Host): Promise<BuildReport> =>
  build({ ...input, env, reporter, signal, registry });
