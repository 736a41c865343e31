import { execEnvList } from "./exec-env.ts";
import { buildpackIdPattern, buildpackVersionPattern, reservedBuildpackIds } from "./names.ts";
import { boolean, list, matching, optional, string, table } from "./schemas/schema.ts";
import type { Decoded, Issue } from "./schemas/standard-schema.ts";

/** The common content of the tables `[buildpack]` and `[extension]`. */
export interface ModuleInfo {
  readonly id: string;
  readonly version: string;
  readonly name: string | undefined;
  readonly homepage: string | undefined;
  readonly description: string | undefined;
  readonly keywords: readonly string[];
  readonly licenses: readonly { readonly type?: string | undefined; readonly uri?: string | undefined }[];
  readonly clearEnv: boolean;
  /** The execution environments (Buildpack API 0.12); empty for any. */
  readonly execEnv: readonly string[];
}

export const apiField = matching(/^\d+(\.\d+)?$/, `an API version such as "0.10"`);
export const idField = matching(buildpackIdPattern, "a buildpack id (letters, digits, ., / and -)");
export const versionField = matching(buildpackVersionPattern, "a version X.Y.Z");

/** The schemas of the fields that the tables `[buildpack]` and `[extension]` have in common. */
export const moduleInfoFields = {
  id: idField,
  version: versionField,
  name: optional(string),
  homepage: optional(string),
  description: optional(string),
  keywords: optional(list(string)),
  licenses: optional(list(table({ type: optional(string), uri: optional(string) }))),
  "clear-env": optional(boolean),
  "exec-env": optional(execEnvList),
} as const;

const infoSchema = table(moduleInfoFields);

export function moduleInfo(raw: Decoded<typeof infoSchema>): ModuleInfo {
  return {
    id: raw.id,
    version: raw.version,
    name: raw.name,
    homepage: raw.homepage,
    description: raw.description,
    keywords: raw.keywords ?? [],
    licenses: raw.licenses ?? [],
    clearEnv: raw["clear-env"] ?? false,
    execEnv: raw["exec-env"] ?? [],
  };
}

export function reservedIdIssues(path: string, id: string): Issue[] {
  if (!reservedBuildpackIds.includes(id)) return [];
  return [{ path, message: `"${id}" is reserved by the specification` }];
}
