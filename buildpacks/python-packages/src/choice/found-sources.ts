import type { s } from "libcnb";
import type { Settings } from "../config.ts";
import type { ManagerName } from "../package-manager.ts";
import type { Lockfile } from "./files.ts";
import type { PyprojectSigns } from "./pyproject.ts";

/** The sources, with the lockfiles and the evidence for tools that they contain. */
export interface FoundSources extends ChoiceSources {
  readonly complete: readonly Lockfile[];
  readonly stray: readonly Lockfile[];
  readonly signs: PyprojectSigns;
}

/** A tool, the evidence for it, and the file with its packages. */
export interface Pick {
  readonly name: ManagerName;
  readonly source: string;
  readonly lockfile: string | undefined;
}

/** The sources that determine an app's tool. */
export interface ChoiceSources {
  /** The settings BP_PYTHON_PACKAGE_MANAGER, BP_PIP_REQUIREMENT and BP_<TOOL>_VERSION. */
  readonly settings: Partial<Settings>;
  /** The names in the project's directory. Names of directories end with `/`. */
  readonly files: readonly string[];
  readonly pyproject: s.Table | undefined;
  readonly uvToml?: s.Table | undefined;
}
