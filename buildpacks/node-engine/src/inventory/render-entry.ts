import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import { endOfLife } from "../end-of-life.ts";
import { type Entry, lineOf } from "./entry.ts";

/** The table of a release in buildpack.toml. */
export function renderEntry(entry: Entry): string {
  const { id, version, arch, uri, checksum } = entry;
  const isNode = id !== "npm";
  return dependencyTable({
    id,
    version,
    arch,
    uri,
    checksum,
    hasTopFolder: id === "node",
    license: isNode ? "MIT" : "Artistic-2.0",
    ...(isNode && { name: "Node.js", os: "linux", cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*` }),
    ...(id === "node" && { purl: `pkg:generic/node@${version}` }),
    ...(isNode && { eolDate: endOfLife(lineOf(entry)) }),
  });
}
