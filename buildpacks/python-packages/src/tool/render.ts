import { withWrittenPart } from "@libcnb/app-kit/inventory/release-list";
import { packageUrl } from "@libcnb/app-kit/sbom/package-url";
import { type ToolWheel, wheelsIn } from "./wheels.ts";

export const command = "npm run inventory:python-tools";

/** Replaces the generated entries of wheels in the text of a buildpack.toml. */
export const render = (text: string, wheels: readonly ToolWheel[]): string =>
  withWrittenPart(text, command, wheels.map(renderWheel).join("\n"));

function renderWheel({ tool, name, version, file, checksum, arch, python }: ToolWheel): string {
  const fields = {
    id: name,
    version,
    ...(arch !== undefined && { os: "linux", arch }),
    uri: `pypi:${file}`,
    checksum,
    purl: packageUrl("pypi", [name], version, ""),
    tool,
    python,
  };
  // JSON texts and lists of texts are TOML, too
  const lines = Object.entries(fields).map(
    ([key, value]) => `${key} = ${JSON.stringify(value).replaceAll('","', '", "')}`,
  );
  return ["[[metadata.dependencies]]", ...lines, ""].join("\n");
}

/** The wheels that `render` has written into a buildpack.toml. */
export function written(text: string): readonly ToolWheel[] {
  const entries = text.split("[[metadata.dependencies]]\n").slice(1);
  const dependencies = entries.map((entry) =>
    Object.fromEntries(
      Array.from(entry.matchAll(/^(\w+) = (.+)$/gm), ([, key, value = ""]) => [key, JSON.parse(value)]),
    ),
  );
  return wheelsIn({ dependencies });
}
