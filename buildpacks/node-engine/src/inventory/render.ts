import { dependencyTable } from "@libcnb/app-kit/inventory/dependency-table";
import { withWrittenPart } from "@libcnb/app-kit/inventory/written-by";
import { readInventory } from "libcnb";
import { type Entry, type Inventory, type LtsLine, lineOf } from "./entry.ts";

/** When the support of a line ends: https://github.com/nodejs/release#release-schedule */
const endOfLife: Readonly<Record<number, string>> = {
  18: "2025-04-30",
  20: "2026-04-30",
  22: "2027-04-30",
  24: "2028-04-30",
  25: "2026-06-01",
  26: "2029-04-30",
};

/** The generated part of a buildpack.toml. */
export function parse(text: string, file: string): Inventory {
  const lines = text.matchAll(/^\[\[metadata\.lts-lines\]\]\nline = (\d+)\nname = "(\w+)"$/gm);
  return {
    entries: readInventory(text, file).releases.map(({ id, version, arch, uri, checksum = "" }) => ({
      id,
      version,
      arch,
      uri,
      checksum: uri.startsWith("npm:") ? asInLockfiles(checksum) : checksum,
    })),
    ltsLines: [...lines].map(([, line, name = ""]) => ({ line: Number(line), name })),
  };
}

const asInLockfiles = (checksum: string): string =>
  checksum.replace(/^(sha512):([0-9a-f]+)$/, (_, name, hex) => `${name}-${Buffer.from(hex, "hex").toString("base64")}`);

/** A buildpack.toml with another generated part. */
export function render(text: string, { entries, ltsLines }: Inventory): string {
  const written = [...ltsLines.map(renderLine), ...entries.map(renderEntry)].join("\n");
  return withWrittenPart(text, "npm run inventory", written);
}

const renderLine = ({ line, name }: LtsLine): string => `[[metadata.lts-lines]]\nline = ${line}\nname = "${name}"\n`;

function renderEntry(entry: Entry): string {
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
    ...(isNode && { eolDate: endOfLife[lineOf(entry)] }),
  });
}
