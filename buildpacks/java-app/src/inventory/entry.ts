/** A tool that Java apps are built or run with. */
export type ToolName = "maven" | "gradle" | "tomcat";

/** A release in buildpack.toml, without what all of a tool have in common. */
export interface Entry {
  readonly tool: ToolName;
  readonly version: string;
  readonly uri: string;
  /** `sha256:<hex>`, or what else there is. */
  readonly checksum: string;
}

/** What is kept at its newest release: `3.9` of Maven and `10.1` of Tomcat, whose second number is another set of features, `9` of Gradle. */
export const lineOf = ({ tool, version }: Pick<Entry, "tool" | "version">): string =>
  version
    .split(".")
    .slice(0, tool === "gradle" ? 1 : 2)
    .join(".");
