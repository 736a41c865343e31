/** The functions behind `npm create buildpack`, for use in programs. */
export { create } from "./create.ts";
export { Cancelled, ScaffoldError, type ScaffoldErrorCode } from "./errors.ts";
export type { CreatedProject, CreateHost, CreateOptions } from "./options.ts";
export { renderCreated } from "./output.ts";
export { type TemplateKind, type TemplateName, templateNames, templates } from "./project/template.ts";
