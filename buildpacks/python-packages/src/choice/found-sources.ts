import type { Table } from "libcnb";
import type { Settings } from "../config.ts";
import type { ManagerName } from "../package-manager.ts";
import type { Lockfile } from "./files.ts";
import type { PyprojectSigns } from "./pyproject.ts";

/** The sources with their state. */
export interface FoundSources extends ChoiceSources {
  readonly complete: readonly Lockfile[];
  readonly stray: readonly Lockfile[];
  readonly signs: PyprojectSigns;
}

/** A tool, the evidence for it, and its source of packages. */
export interface Pick {
  readonly name: ManagerName;
  readonly source: string;
  readonly lockfile: string | undefined;
}

/** The sources that determine an app's tool. */
export interface ChoiceSources {
  /** BP_PYTHON_PACKAGE_MANAGER, BP_PIP_REQUIREMENT, BP_<TOOL>_VERSION. */
  readonly settings: Partial<Settings>;
  /** Names in the project's folder; folders end in `/`. */
  readonly files: readonly string[];
  readonly pyproject: Table | undefined;
  readonly uvToml?: Table | undefined;
}
