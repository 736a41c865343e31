import { join, resolve } from "node:path";
import { LibcnbError } from "../../errors.ts";
import { textAt } from "../../host/files/read.ts";
import { writeFileMap } from "../../host/files/tree.ts";
import { sbomMediaTypes } from "../../spec/sbom-format.ts";
import type { Table } from "../../spec/schemas/schema.ts";
import { stringifyToml } from "../../spec/schemas/toml.ts";
import type { DeclaredTarget } from "../../spec/target.ts";
import type { FileMap } from "./file-map.ts";

/** The buildpack's descriptor: the path of its directory, or parts of a generated one. */
export type GivenBuildpack =
  | string
  | {
      /** Default: `0.10`. */
      readonly api?: string;
      /** Default: `test/buildpack`. */
      readonly id?: string;
      /** Default: `1.0.0`. */
      readonly version?: string;
      readonly metadata?: Table;
      /** Default: all formats in the specification. */
      readonly sbomFormats?: readonly string[];
      /** True to keep the user's variables out of its environment. */
      readonly clearEnv?: boolean;
      /** Execution environments (API 0.12). Default: all. */
      readonly execEnv?: readonly string[];
      /** The supported targets. Default: all. */
      readonly targets?: readonly DeclaredTarget[];
      /** Files of the buildpack's directory; a `buildpack.toml` among them is used unchanged. */
      readonly files?: FileMap;
    };

/**
 * The absolute path of the directory that a test names. @throws LibcnbError INPUT_MISSING if it has
 * no such descriptor
 */
export async function ownDirectory(given: string, descriptor: "buildpack.toml" | "extension.toml"): Promise<string> {
  const dir = resolve(given);
  if ((await textAt(join(dir, descriptor))) !== undefined) return dir;
  // as the cause, which vitest shows, and not as a hint, which it does not
  const cause = `relative paths begin at ${process.cwd()}; from a test's own folder it is join(import.meta.dirname, "..")`;
  throw new LibcnbError("INPUT_MISSING", `the test names ${dir}, which has no ${descriptor}`, {
    ...(dir !== given && { cause }),
  });
}

/** Creates the buildpack's directory, unless the test has one, and returns its path. */
export async function placeBuildpack(given: GivenBuildpack, dir: string): Promise<string> {
  if (typeof given === "string") return ownDirectory(given, "buildpack.toml");
  await writeFileMap(dir, { "buildpack.toml": descriptor(given), ...given.files });
  return dir;
}

function descriptor(given: Exclude<GivenBuildpack, string>): string {
  const {
    api = "0.10",
    id = "test/buildpack",
    version = "1.0.0",
    metadata = {},
    sbomFormats = Object.values(sbomMediaTypes),
    clearEnv = false,
    execEnv,
    targets,
  } = given;
  const flags = { ...(clearEnv && { "clear-env": true }), ...(execEnv && { "exec-env": execEnv }) };
  const buildpack = { id, version, "sbom-formats": sbomFormats, ...flags };
  return stringifyToml({ api, buildpack, ...(targets && { targets }), metadata });
}
