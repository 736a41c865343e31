import { invalidDescriptor } from "./descriptor.ts";
import { execEnvList } from "./exec-env.ts";
import {
  apiField,
  idField,
  type ModuleInfo,
  moduleInfo,
  moduleInfoFields,
  reservedIdIssues,
  versionField,
} from "./module-info.ts";
import { anyTable, boolean, list, optional, string, type Table, table } from "./schemas/schema.ts";
import { type Decoded, decode, type Issue } from "./schemas/standard-schema.ts";
import { parseToml } from "./schemas/toml.ts";
import { type DeclaredTarget, targetSchema } from "./target.ts";

/** The schema of buildpack.toml. */
export const buildpackTomlSchema = table({
  api: apiField,
  buildpack: table({ ...moduleInfoFields, "sbom-formats": optional(list(string)) }),
  targets: optional(list(targetSchema)),
  stacks: optional(list(table({ id: string, mixins: optional(list(string)) }))),
  order: optional(
    list(
      table({
        group: list(
          table({
            id: idField,
            version: optional(versionField),
            optional: optional(boolean),
            "exec-env": optional(execEnvList),
          }),
        ),
      }),
    ),
  ),
  metadata: optional(anyTable),
});

type Raw = Decoded<typeof buildpackTomlSchema>;

/** One member of a group of a composite buildpack. */
export interface OrderMember {
  readonly id: string;
  readonly version: string | undefined;
  readonly optional: boolean;
  readonly execEnv: readonly string[];
}

/** The content of the table `[buildpack]` in buildpack.toml. */
export interface BuildpackInfo extends ModuleInfo {
  /** The media types in `sbom-formats`, as written. */
  readonly sbomFormats: readonly string[];
}

/**
 * The content of buildpack.toml. A composite buildpack has an `order`, with one list of members per
 * group. A component buildpack has no order.
 */
export interface BuildpackToml {
  readonly api: string;
  readonly buildpack: BuildpackInfo;
  readonly targets: readonly DeclaredTarget[];
  readonly stacks: readonly { readonly id: string; readonly mixins?: readonly string[] | undefined }[];
  readonly order: readonly (readonly OrderMember[])[];
  readonly metadata: Table;
}

/**
 * Reads buildpack.toml and reports all errors at once. The API version is not checked here: see
 * `checkBuildpackApi`.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `parseBuildpackToml(await readFile(file), file).buildpack.id`
 */
export function parseBuildpackToml(source: string | Uint8Array, file: string): BuildpackToml {
  return decodeBuildpackTable(parseToml(source, file), file);
}

/** Decodes a parsed buildpack.toml. */
export function decodeBuildpackTable(toml: Table, file: string): BuildpackToml {
  const decoding = decode(buildpackTomlSchema, toml);
  const issues = decoding.issues ?? ruleIssues(decoding.value);
  if (issues.length > 0 || decoding.issues !== undefined) throw invalidDescriptor(file, issues);
  return buildpackToml(decoding.value);
}

/**
 * Reads only the API version of a buildpack.toml. In a newer version, the rest of the file may have
 * another form.
 *
 * @example `parseBuildpackApi('api = "0.10"', "buildpack.toml") // "0.10"`
 */
export function parseBuildpackApi(source: string | Uint8Array, file: string): string {
  return apiOf(parseToml(source, file), file);
}

/** Returns the API version of a parsed descriptor. */
export function apiOf(toml: Table, file: string): string {
  const decoding = decode(table({ api: string }), toml);
  if (decoding.issues !== undefined) throw invalidDescriptor(file, decoding.issues);
  return decoding.value.api;
}

function ruleIssues(raw: Raw): Issue[] {
  const issues = reservedIdIssues("buildpack.id", raw.buildpack.id);
  if (raw.order !== undefined && raw.targets !== undefined)
    issues.push({ path: "order", message: "a composite buildpack has no targets" });
  if (raw.order !== undefined && raw.stacks !== undefined)
    issues.push({ path: "order", message: "a composite buildpack has no stacks" });
  return issues;
}

function buildpackToml(raw: Raw): BuildpackToml {
  return {
    api: raw.api,
    buildpack: { ...moduleInfo(raw.buildpack), sbomFormats: raw.buildpack["sbom-formats"] ?? [] },
    targets: raw.targets ?? [],
    stacks: raw.stacks ?? [],
    order: (raw.order ?? []).map(({ group }) => group.map(orderMember)),
    metadata: raw.metadata ?? {},
  };
}

function orderMember(raw: NonNullable<Raw["order"]>[number]["group"][number]): OrderMember {
  return { id: raw.id, version: raw.version, optional: raw.optional ?? false, execEnv: raw["exec-env"] ?? [] };
}
