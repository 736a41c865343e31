import { decodeToml, invalidDescriptor } from "./descriptor.ts";
import { buildpackIdPattern, buildpackVersionPattern, reservedBuildpackIds } from "./names.ts";
import { anyTable, boolean, list, optional, string, type Table, table, text } from "./schema.ts";
import { type Decoded, decode, type Issue } from "./standard-schema.ts";
import { type DeclaredTarget, targetSchema } from "./target.ts";
import { parseToml } from "./toml.ts";

const id = text(buildpackIdPattern, "a buildpack id (letters, digits, ., / and -)");
const version = text(buildpackVersionPattern, "a version X.Y.Z");

const schema = table({
  api: text(/^\d+(\.\d+)?$/, `an API version such as "0.10"`),
  buildpack: table({
    id,
    version,
    name: optional(string),
    homepage: optional(string),
    description: optional(string),
    keywords: optional(list(string)),
    licenses: optional(list(table({ type: optional(string), uri: optional(string) }))),
    "clear-env": optional(boolean),
    "sbom-formats": optional(list(string)),
    "exec-env": optional(list(string)),
  }),
  targets: optional(list(targetSchema)),
  stacks: optional(list(table({ id: string, mixins: optional(list(string)) }))),
  order: optional(
    list(
      table({
        group: list(
          table({ id, version: optional(version), optional: optional(boolean), "exec-env": optional(list(string)) }),
        ),
      }),
    ),
  ),
  metadata: optional(anyTable),
});

type Raw = Decoded<typeof schema>;

/** One member of a group of a composite buildpack. */
export interface OrderMember {
  readonly id: string;
  readonly version: string | undefined;
  readonly optional: boolean;
  readonly execEnv: readonly string[];
}

/** What `[buildpack]` says about the buildpack itself. */
export interface BuildpackInfo {
  readonly id: string;
  readonly version: string;
  readonly name: string | undefined;
  readonly homepage: string | undefined;
  readonly description: string | undefined;
  readonly keywords: readonly string[];
  readonly licenses: readonly { readonly type?: string | undefined; readonly uri?: string | undefined }[];
  readonly clearEnv: boolean;
  /** Media types, as written. */
  readonly sbomFormats: readonly string[];
  /** Execution environments; empty: any. */
  readonly execEnv: readonly string[];
}

/** buildpack.toml. A composite buildpack has an `order`, one list of members per group; a component buildpack has none. */
export interface BuildpackToml {
  readonly api: string;
  readonly buildpack: BuildpackInfo;
  readonly targets: readonly DeclaredTarget[];
  readonly stacks: readonly { readonly id: string; readonly mixins?: readonly string[] | undefined }[];
  readonly order: readonly (readonly OrderMember[])[];
  readonly metadata: Table;
}

/**
 * Reads buildpack.toml, reporting everything that is wrong at once. The API version is not judged here: see `checkBuildpackApi`.
 *
 * @throws LibcnbError TOML_INVALID or DESCRIPTOR_INVALID
 * @example `decodeBuildpackToml(await readFile(file), file).buildpack.id`
 */
export function decodeBuildpackToml(source: string | Uint8Array, file: string): BuildpackToml {
  const decoding = decode(schema, parseToml(source, file));
  const issues = decoding.issues ?? ruleIssues(decoding.value);
  if (issues.length > 0 || decoding.issues !== undefined) throw invalidDescriptor(file, issues);
  return buildpackToml(decoding.value);
}

/**
 * Reads only what tells whether the rest can be read: a newer API may have another form.
 *
 * @example `decodeApi('api = "0.10"', "buildpack.toml") // "0.10"`
 */
export function decodeApi(text: string, file: string): string {
  return decodeToml(table({ api: string }), text, file).api;
}

function ruleIssues(raw: Raw): Issue[] {
  const issues: Issue[] = [];
  if (reservedBuildpackIds.includes(raw.buildpack.id)) {
    issues.push({ path: "buildpack.id", message: `"${raw.buildpack.id}" is reserved by the specification` });
  }
  if (raw.order !== undefined && raw.targets !== undefined)
    issues.push({ path: "order", message: "a composite buildpack has no targets" });
  if (raw.order !== undefined && raw.stacks !== undefined)
    issues.push({ path: "order", message: "a composite buildpack has no stacks" });
  return issues;
}

function buildpackToml(raw: Raw): BuildpackToml {
  return {
    api: raw.api,
    buildpack: buildpackInfo(raw.buildpack),
    targets: raw.targets ?? [],
    stacks: raw.stacks ?? [],
    order: (raw.order ?? []).map(({ group }) => group.map(orderMember)),
    metadata: raw.metadata ?? {},
  };
}

function buildpackInfo(raw: Raw["buildpack"]): BuildpackInfo {
  return {
    id: raw.id,
    version: raw.version,
    name: raw.name,
    homepage: raw.homepage,
    description: raw.description,
    keywords: raw.keywords ?? [],
    licenses: raw.licenses ?? [],
    clearEnv: raw["clear-env"] ?? false,
    sbomFormats: raw["sbom-formats"] ?? [],
    execEnv: raw["exec-env"] ?? [],
  };
}

function orderMember(raw: NonNullable<Raw["order"]>[number]["group"][number]): OrderMember {
  return { id: raw.id, version: raw.version, optional: raw.optional ?? false, execEnv: raw["exec-env"] ?? [] };
}
