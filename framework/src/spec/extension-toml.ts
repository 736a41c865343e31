import { invalidDescriptor } from "./descriptor.ts";
import { apiField, type ModuleInfo, moduleInfo, moduleInfoFields, reservedIdIssues } from "./module-info.ts";
import { anyTable, list, optional, type Table, table } from "./schemas/schema.ts";
import { decode, type Issue } from "./schemas/standard-schema.ts";
import { parseToml } from "./schemas/toml.ts";
import { type DeclaredTarget, targetSchema } from "./target.ts";

/** The content of extension.toml, the descriptor of an image extension. */
export interface ExtensionToml {
  readonly api: string;
  readonly extension: ModuleInfo;
  readonly targets: readonly DeclaredTarget[];
  readonly metadata: Table;
}

/** The schema of extension.toml. */
export const extensionTomlSchema = table({
  api: apiField,
  extension: table(moduleInfoFields),
  targets: optional(list(targetSchema)),
  metadata: optional(anyTable),
});

/**
 * Reads extension.toml and reports all errors at once. The API version is not checked here: see
 * `checkBuildpackApi`.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseExtensionToml(text, "extension.toml").extension.id`
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/image_extension.md#extensiontoml-toml
 */
export function parseExtensionToml(source: string | Uint8Array, file: string): ExtensionToml {
  const raw = parseToml(source, file);
  const decoding = decode(extensionTomlSchema, raw);
  const issues = [...orderIssues(raw), ...(decoding.issues ?? [])];
  if (decoding.issues !== undefined) throw invalidDescriptor(file, issues);
  const { api, extension, targets = [], metadata = {} } = decoding.value;
  issues.push(...reservedIdIssues("extension.id", extension.id));
  if (issues.length > 0) throw invalidDescriptor(file, issues);
  return { api, extension: moduleInfo(extension), targets, metadata };
}

const orderIssues = (raw: Table): Issue[] =>
  raw.order === undefined
    ? []
    : [{ path: "order", message: "an extension has no order; a builder orders extensions in [[order-extensions]]" }];
