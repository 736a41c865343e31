import { withWrittenPart } from "@libcnb/app-kit/inventory/written-by";
import { readInventory } from "libcnb/standalone";
import type { Inventory, LtsLine } from "../src/release-entry.ts";
import { renderEntry } from "../src/release-entry.ts";

/** Parses the generated part of a buildpack.toml. */
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

/** Replaces the generated part of a buildpack.toml. */
export function render(text: string, { entries, ltsLines }: Inventory): string {
  const written = [...ltsLines.map(renderLine), ...entries.map(renderEntry)].join("\n");
  return withWrittenPart(text, "npm run inventory", written);
}

const renderLine = ({ line, name }: LtsLine): string => `[[metadata.lts-lines]]\nline = ${line}\nname = "${name}"\n`;
