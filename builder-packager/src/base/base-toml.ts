import type { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import * as v from "valibot";
import { invalidConfig, withCode } from "../config/problems.ts";
import { schemaIssue } from "../config/schema-issue.ts";
import { childPath } from "../config/toml-keys.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { baseTomlKeys, baseTomlSchema } from "./base-toml-schema.ts";

/**
 * The content of `base.toml`, which describes base images. For each key, `cnb base create` has an
 * option that overrides or extends the value.
 */
export type BaseToml = v.InferOutput<typeof baseTomlSchema>;

/**
 * Parses the description of base images. All errors are reported at once.
 *
 * @throws CnbError BASE_CONFIG_INVALID
 * @example `parseBaseToml('suite = "bookworm"\npackages = ["libc6"]', "base.toml")`
 */
export function parseBaseToml(source: string | Uint8Array, file: string): BaseToml {
  const table = withCode("BASE_CONFIG_INVALID", () => parseToml(source, file));
  const unknown = [...unknownKeys(table, baseTomlKeys), ...unusableNames(table)];
  const result = v.safeParse(baseTomlSchema, table);
  const issues = [...unknown, ...(result.success ? fileIssues(result.output) : result.issues.map(schemaIssue))];
  if (result.success && issues.length === 0) return result.output;
  throw invalidConfig("BASE_CONFIG_INVALID", { file, source, issues, hint: "Correct the keys named above." });
}

/**
 * Names of variables and labels that validation would silently drop because they are special in
 * JavaScript.
 */
function unusableNames(table: unknown, path = ""): s.Issue[] {
  if (typeof table !== "object" || table === null || Array.isArray(table)) return [];
  return Object.entries(table).flatMap(([key, value]): s.Issue[] => {
    const location = childPath(path, key);
    if (/(^|\.)(env|labels)$/.test(path) && ["__proto__", "constructor", "prototype"].includes(key))
      return [{ path: location, message: `${JSON.stringify(key)} is not allowed as a name` }];
    return unusableNames(value, location);
  });
}

/** Checks that each file has exactly one source. */
function fileIssues({ files }: BaseToml): s.Issue[] {
  const kinds = ["source", "content", "link", "directory"] as const;
  return files.flatMap((file, index) => {
    const given = kinds.filter((kind) => file[kind] !== undefined);
    if (given.length === 1) return [];
    const message =
      given.length === 0
        ? `needs one of ${kinds.join(", ")}`
        : `has ${given.join(" and ")}, but only one of them is allowed`;
    return [{ path: `files[${index}]`, message }];
  });
}
