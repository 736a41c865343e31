import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Configuration, parseBuildpackToml, parseConfigurations } from "libcnb/spec";
import { buildpackFolders } from "../../support/buildpack-folders.ts";
import { cell, tableOf } from "./markdown.ts";

const root = join(import.meta.dirname, "../../..");

/** docs/reference/variables.md, from `[[metadata.configurations]]` of each reference buildpack. */
export const variablesPage = (): string => `# Configuration variables

These environment variables configure the reference buildpacks. The column "read by" shows when a variable is read:

- \`build\`: set the variable for the build, with \`cnb build --env NAME=VALUE\` or in [project.toml](project-toml.md).
- \`launch\`: set the variable when the container starts, for example with \`cnb run --env NAME=VALUE\`.

This page is generated (\`npm run docs\`).

${buildpackFolders.flatMap(section).join("\n\n")}
`;

function section(folder: string): readonly string[] {
  const { buildpack, variables } = descriptorOf(folder);
  if (variables.length === 0) return [];
  const title = `## ${buildpack.name ?? buildpack.id}`;
  const about = `${cell(buildpack.description ?? "")}. See [\`${buildpack.id}\`](../../buildpacks/${folder}/README.md).`;
  return [`${title}\n\n${about}\n\n${table(variables)}`];
}

/** The READMEs of the buildpacks that declare variables, each with the table of its buildpack.toml. */
export const readmesWithVariables = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    buildpackFolders.flatMap((folder) => {
      const { variables } = descriptorOf(folder);
      const page = `buildpacks/${folder}/README.md`;
      return variables.length === 0 ? [] : [[page, withTable(page, table(variables))]];
    }),
  );

function withTable(page: string, variables: string): string {
  const [begin, end] = ["<!-- variables: generated from buildpack.toml -->\n", "<!-- end of the variables -->"];
  const [before, rest = ""] = readFileSync(join(root, page), "utf8").split(begin);
  return `${before}${begin}\n${variables}\n\n${end}${rest.split(end)[1]}`;
}

function descriptorOf(folder: string) {
  const file = join("buildpacks", folder, "buildpack.toml");
  const { buildpack, metadata } = parseBuildpackToml(readFileSync(join(root, file)), file);
  return { buildpack, variables: parseConfigurations(metadata, file) };
}

function table(variables: readonly Configuration[]): string {
  const rows = variables.map((variable) => [
    `\`${variable.name}\``,
    variable.default === undefined ? "" : `\`${variable.default}\``,
    whenOf(variable),
    cell(variable.description ?? ""),
  ]);
  return tableOf(["variable", "default", "read by", "meaning"], rows);
}

const whenOf = ({ build, launch }: Configuration): string =>
  [...(build ? ["build"] : []), ...(launch ? ["launch"] : [])].join(", ");
