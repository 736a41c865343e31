import type { CreatedProject } from "./options.ts";

/** Formats the result of creating a project, as text for people or as JSON for programs. */
export function renderCreated(created: CreatedProject, format: "text" | "json"): string {
  if (format === "json") return `${JSON.stringify(created, null, 2)}\n`;
  const { dir, template, id, files, leftOut, packedFrom, next } = created;
  return [
    `Created ${id} in ${dir} from the template ${template}:`,
    ...files.map((file) => `  ${file}`),
    ...leftOut.map((file) => `Left out ${file}: CI reads it only at the root of a repository. Add its steps to yours.`),
    ...(packedFrom === undefined ? [] : [packed(packedFrom)]),
    "",
    "Next:",
    ...next.map((command) => `  ${command}`),
    "",
  ].join("\n");
}

const packed = (clone: string): string =>
  `The project uses the packages of ${clone}. The commands below pack them into vendor.
Commit vendor, so that CI can install them. A project in ${clone}/buildpacks needs no vendor.`;
