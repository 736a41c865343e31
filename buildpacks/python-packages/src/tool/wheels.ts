import { stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";
import type { ManagerName } from "../package-manager.ts";

/** A wheel that a tool consists of: an entry of `[[metadata.dependencies]]`. */
export interface ToolWheel {
  readonly tool: ManagerName;
  /** Normalized: `poetry-core`. */
  readonly name: string;
  readonly version: string;
  readonly file: string;
  /** `sha256:<hex>` */
  readonly checksum: string;
  /** The architecture in Go's terms; undefined for any. */
  readonly arch: string | undefined;
  /** The release lines of Python that install it: `3.14`. */
  readonly python: readonly string[];
}

/** The wheels in `[metadata]` of buildpack.toml. `tool` and `python` are keys of this buildpack. */
export const wheelsIn = ({ dependencies }: Table): readonly ToolWheel[] =>
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

/** The release line of a version: `3.14` for `3.14.6`. */
export const lineOf = (version: string): string => version.split(".").slice(0, 2).join(".");

/** The text of a requirements file that names exactly these wheels. */
export const requirementsText = (wheels: readonly ToolWheel[]): string =>
  wheels.map(({ name, version, checksum }) => `${name}==${version} --hash=${checksum}\n`).join("");
