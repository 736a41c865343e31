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
  const eol = isNode ? endOfLife[lineOf(entry)] : undefined;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ["id", `"${id}"`],
    ["name", isNode ? '"Node.js"' : undefined],
    ["version", `"${version}"`],
    ["os", isNode ? '"linux"' : undefined],
    ["arch", arch && `"${arch}"`],
    ["uri", `"${uri}"`],
    ["checksum", `"${checksum}"`],
    ["strip-components", id === "node" ? "1" : undefined],
    ["licenses", isNode ? '["MIT"]' : '["Artistic-2.0"]'],
    ["purl", id === "node" ? `"pkg:generic/node@${version}"` : undefined],
    ["cpe", isNode ? `"cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*"` : undefined],
    ["eol-date", eol],
  ];
  const written = fields.flatMap(([key, value]) => (value === undefined ? [] : [`${key} = ${value}\n`]));
  return `[[metadata.dependencies]]\n${written.join("")}`;
}
