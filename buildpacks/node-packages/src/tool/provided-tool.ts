import type { Component } from "libcnb";

/** A package manager that is in PATH. */
export interface Tool {
  /** Exact. */
  readonly version: string;
  /**
   * The components of the tool's layer, whose SBOM is written with it. Empty if the app or Node.js
   * provides the tool.
   */
  readonly components: readonly Component[];
  /** True if the log already shows the version and the reason. */
  readonly isReported: boolean;
}
