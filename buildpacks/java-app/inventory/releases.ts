import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import type { ReleaseList } from "@libcnb/app-kit/inventory/release-list";
import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";

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

const tools: readonly ToolName[] = ["maven", "gradle", "tomcat"];
const titles: Readonly<Record<ToolName, string>> = { maven: "Apache Maven", gradle: "Gradle", tomcat: "Apache Tomcat" };
const purls: Readonly<Record<ToolName, string>> = {
  maven: "pkg:generic/apache-maven",
  gradle: "pkg:generic/gradle",
  tomcat: "pkg:maven/org.apache.tomcat/tomcat",
};
const cpes: Readonly<Record<ToolName, string>> = {
  maven: "apache:maven",
  gradle: "gradle:gradle",
  tomcat: "apache:tomcat",
};

/** When a line gets no corrections any more: https://tomcat.apache.org/tomcat-90-eol.html */
const endOfLife: Readonly<Record<string, string>> = { "tomcat 9.0": "2027-03-31" };

/** The releases of tools in a buildpack.toml, with the oldest of each tool first. */
export const toolReleases: ReleaseList<Entry> = {
  command: "npm run inventory:java-tools",
  parse: ({ id, version, uri, checksum = "" }) => ({ tool: id as ToolName, version, uri, checksum }),
  format: (entry) =>
    dependencyTable({
      id: entry.tool,
      name: titles[entry.tool],
      version: entry.version,
      uri: entry.uri,
      checksum: entry.checksum,
      hasTopFolder: true,
      license: "Apache-2.0",
      purl: `${purls[entry.tool]}@${entry.version}`,
      cpe: `cpe:2.3:a:${cpes[entry.tool]}:${entry.version}:*:*:*:*:*:*:*`,
      eolDate: endOfLife[`${entry.tool} ${lineOf(entry)}`],
    }),
  order: (a, b) => tools.indexOf(a.tool) - tools.indexOf(b.tool) || newerVersionFirst(b.version, a.version),
  nameOf: ({ tool, version }) => `${tool} ${version}`,
};
