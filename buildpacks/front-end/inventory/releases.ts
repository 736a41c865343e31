import { withWrittenPart } from "@libcnb/app-kit/inventory/release-list";

/** The command that writes the releases into buildpack.toml. */
export const command = "npm run inventory:front-end";

/**
 * Writes the releases of Node.js and package managers from other buildpacks' buildpack.toml files
 * into a buildpack.toml.
 */
export function withReleases(text: string, engine: string, packages: string): string {
  const known = new Set(entriesOf(packages).map(releaseOf));
  const own = entriesOf(engine).filter((entry) => !known.has(releaseOf(entry)));
  return withWrittenPart(text, command, [...own, ...entriesOf(packages)].join("\n"));
}

/** The tables of the releases, and those above them that a program wrote, each with the line break that ends it. */
function entriesOf(text: string): readonly string[] {
  const [, written] = text.split(/^# Written by .*\n\n?/m);
  return (written ?? text.slice(text.indexOf("[[metadata.dependencies]]")))
    .split(/\n(?=\[\[)/)
    .map((entry) => `${entry.trim()}\n`)
    .filter((entry) => entry !== "\n");
}

/** The fields that are equal in two entries of the same release. */
const releaseOf = (entry: string): string => ["uri", "line"].map((key) => lineOf(entry, key)).join(" ");

const lineOf = (entry: string, key: string): string => new RegExp(`^${key} = (.*)$`, "m").exec(entry)?.[1] ?? "";
