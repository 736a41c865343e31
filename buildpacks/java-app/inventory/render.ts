import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";
import { withWrittenPart } from "@libcnb/app-kit/inventory/written-by";
import { readInventory } from "libcnb/standalone";
import { type Entry, lineOf, type ToolName } from "./entry.ts";

const order: readonly ToolName[] = ["maven", "gradle", "tomcat"];
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

/** Parses the generated part of a buildpack.toml. */
export const parse = (text: string, file: string): readonly Entry[] =>
  readInventory(text, file).releases.map(({ id, version, uri, checksum = "" }) => ({
    tool: id as ToolName,
    version,
    uri,
    checksum,
  }));

/** Replaces the generated part of a buildpack.toml, with the oldest releases of each tool first. */
export function render(text: string, entries: readonly Entry[]): string {
  const sorted = entries.toSorted(
    (a, b) => order.indexOf(a.tool) - order.indexOf(b.tool) || newerVersionFirst(b.version, a.version),
  );
  return withWrittenPart(text, "npm run inventory:java-tools", sorted.map(renderEntry).join("\n"));
}

function renderEntry(entry: Entry): string {
  const { tool, version, uri, checksum } = entry;
  return dependencyTable({
    id: tool,
    name: titles[tool],
    version,
    uri,
    checksum,
    hasTopFolder: true,
    license: "Apache-2.0",
    purl: `${purls[tool]}@${version}`,
    cpe: `cpe:2.3:a:${cpes[tool]}:${version}:*:*:*:*:*:*:*`,
    eolDate: endOfLife[`${tool} ${lineOf(entry)}`],
  });
}
