import { ScaffoldError } from "../errors.ts";

/** The templates, with the kind and a summary of each. */
export const templates = {
  minimal: { kind: "buildpack", summary: "the smallest buildpack: detect a file, start a process" },
  dependency: { kind: "buildpack", summary: "downloads a tool into a cached layer, with SBOM and configuration" },
  composite: { kind: "buildpack", summary: "several buildpacks that work together, in one package" },
  extension: { kind: "extension", summary: "an image extension: installs system packages by a Dockerfile" },
  builder: { kind: "buildpack", summary: "base images, a buildpack and the builder made of them" },
} as const satisfies Record<string, { readonly kind: TemplateKind; readonly summary: string }>;

export type TemplateKind = "buildpack" | "extension";

/** The name of a template. */
export type TemplateName = keyof typeof templates;

export const templateNames = Object.keys(templates) as readonly TemplateName[];

/**
 * Returns a valid template name unchanged.
 *
 * @throws ScaffoldError ARGUMENT_INVALID for any other name
 */
export function checkTemplate(name: string, among: readonly TemplateName[] = templateNames): TemplateName {
  const found = among.find((each) => each === name);
  if (found !== undefined) return found;
  throw new ScaffoldError("ARGUMENT_INVALID", `there is no template ${JSON.stringify(name)}`, {
    hint: `Use ${among.length === 1 ? among[0] : `one of ${among.join(", ")}`}.`,
  });
}
