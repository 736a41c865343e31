/** A tool that Java apps are built or run with. */
export type ToolName = "maven" | "gradle" | "tomcat";

/** A release in buildpack.toml, without the fields common to all releases of a tool. */
export interface Entry {
  readonly tool: ToolName;
  readonly version: string;
  readonly uri: string;
  /** `sha256:<hex>`, or another algorithm. */
  readonly checksum: string;
}

/**
 * The release line of a version: `3.9` of Maven and `10.1` of Tomcat, whose second number changes
 * features, `9` of Gradle.
 */
export const lineOf = ({ tool, version }: Pick<Entry, "tool" | "version">): string =>
  version
    .split(".")
    .slice(0, tool === "gradle" ? 1 : 2)
    .join(".");
