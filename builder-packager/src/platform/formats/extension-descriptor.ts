import * as v from "valibot";
import { defined } from "../../defined.ts";
import { anyCaseObject } from "../../schema.ts";
import { type BuildpackDescriptor, targetsSchema } from "./descriptor.ts";
import { decodeToml } from "./toml.ts";

const schema = anyCaseObject({
  api: v.string(),
  extension: anyCaseObject({
    id: v.string(),
    version: v.string(),
    homepage: v.optional(v.string()),
    "clear-env": v.optional(v.boolean(), false),
    "exec-env": v.optional(v.array(v.string()), []),
  }),
  targets: targetsSchema,
});

/**
 * Decodes an extension.toml. Without declared targets, an extension with bin/detect or bin/generate
 * (`hasPrograms`) supports Linux.
 */
export function decodeExtensionDescriptor(
  text: string,
  { file, hasPrograms }: { readonly file: string; readonly hasPrograms: boolean },
): BuildpackDescriptor {
  const { api, extension, targets } = decodeToml(schema, text, file);
  const inferred = hasPrograms ? [{ os: "linux" }] : [];
  return {
    isExtension: true,
    api,
    id: extension.id,
    version: extension.version,
    ...defined({ homepage: extension.homepage || undefined }),
    clearEnv: extension["clear-env"],
    execEnv: extension["exec-env"],
    sbomFormats: [],
    order: [],
    targets: targets.length > 0 ? targets : inferred,
  };
}
