import { LibcnbError } from "../errors.ts";

/**
 * The Buildpack API versions that the framework implements. The lifecycle compares 0.x versions
 * exactly, so a buildpack must declare one of these.
 */
export const supportedBuildpackApis = ["0.10", "0.11", "0.12"] as const;

/** A Buildpack API version that the framework implements. */
export type BuildpackApi = (typeof supportedBuildpackApis)[number];

/**
 * Checks that the framework supports a buildpack's API.
 *
 * @throws LibcnbError API_UNSUPPORTED (exit code 254)
 * @example `checkBuildpackApi("0.10", "buildpack.toml")`
 */
export function checkBuildpackApi(api: string, file: string): BuildpackApi {
  const supported = supportedBuildpackApis.find((version) => version === api);
  if (supported !== undefined) return supported;
  throw new LibcnbError(
    "API_UNSUPPORTED",
    `${file} declares Buildpack API ${JSON.stringify(api)}, which this framework does not implement`,
    {
      hint: `Set api to one of ${supportedBuildpackApis.map((version) => `"${version}"`).join(", ")}.`,
    },
  );
}
