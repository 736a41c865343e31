import { stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { s } from "libcnb";
import type { ManagerName } from "../package-manager.ts";

/** A wheel that belongs to a tool: an entry of `[[metadata.dependencies]]`. */
export interface ToolWheel {
  readonly tool: ManagerName;
  /** The normalized name: `poetry-core`. */
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** The checksum: `sha256:<hex>`. */
  readonly checksum: string;
  /** The architecture in Go's terms; undefined for any architecture. */
  readonly arch: string | undefined;
  /** The release lines of Python for which the wheel is installed: `3.14`. */
  readonly python: readonly string[];
}

/**
 * Returns the wheels in `[metadata]` of buildpack.toml. The keys `tool` and `python` are extensions
 * of this buildpack.
 */
export const wheelsIn = ({ dependencies }: s.Table): readonly ToolWheel[] =>
  (Array.isArray(dependencies) ? dependencies : []).map((each) => {
    const { tool, id, version, uri, checksum, arch, python } = tableOf(each);
    return {
      tool: stringOf(tool) as ManagerName,
      name: stringOf(id) ?? "",
      version: stringOf(version) ?? "",
      file: (stringOf(uri) ?? "").replace("pypi:", ""),
      checksum: stringOf(checksum) ?? "",
      arch: stringOf(arch),
      python: textsOf(python),
    };
  });

/** Returns the release line of a version: `3.14` for `3.14.6`. */
export const lineOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** Formats a requirements file that names exactly these wheels. */
export const requirementsText = (wheels: readonly ToolWheel[]): string =>
  wheels.map(({ name, version, checksum }) => `${name}==${version} --hash=${checksum}\n`).join("");

/**
 * Returns pip's requirement for a tool. For PDM, the requirement includes the extra `locked`, which
 * lists tested versions of dependencies, because newer releases of them have broken PDM. pip also
 * installs releases of PDM without this extra.
 */
export const requirementOf = (name: ManagerName): string => (name === "pdm" ? "pdm[locked]" : name);
