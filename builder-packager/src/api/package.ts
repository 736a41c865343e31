import process from "node:process";
import { type PackageResult, packageBuildpack as packageModule } from "../buildpackage/package.ts";
import type { PackageInput } from "../buildpackage/package-request.ts";
import type { Host } from "./host.ts";

/**
 * Compiles and packages a buildpack, a composite buildpack or an extension. Relative paths are
 * below the working directory.
 *
 * @throws CnbError COMPILE_FAILED, BUILDPACK_…, BUILDPACKAGE_INVALID, TARGET_UNSUPPORTED,
 * OUTPUT_UNWRITABLE, REGISTRY_….
 * @example `const { written } = await packageBuildpack({ dir: "buildpacks/hello", targets:
 * ["linux/amd64"] }, host)`
 */
export const packageBuildpack = async (
  input: PackageInput,
  { env, reporter, signal, registry }: Host,
): Promise<PackageResult> => packageModule({ ...input, registry }, { env, cwd: process.cwd(), reporter, signal });
