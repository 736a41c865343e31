import type { Component } from "libcnb";

/** A package manager that is in PATH. */
export interface Tool {
  /** The exact version. */
  readonly version: string;
  /** The SBOM components of the tool's layer. Empty if the app or Node.js provides the tool. */
  readonly components: readonly Component[];
  /** True if the version and the reason are already in the log. */
  readonly isReported: boolean;
}
