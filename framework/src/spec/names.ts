import { LibcnbError } from "../errors.ts";

/**
 * The pattern of buildpack ids: `[A-Za-z0-9./-]`. `_` is not allowed, because it replaces `/` in
 * paths. The components `.` and `..` would refer to other directories.
 */
export const buildpackIdPattern = /^(?!(.*\/)?\.\.?(\/|$))[A-Za-z0-9.-]+(\/[A-Za-z0-9.-]+)*$/;

/**
 * The pattern of buildpack versions: `X.Y.Z` without leading zeros, pre-release or build suffix.
 */
export const buildpackVersionPattern = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/**
 * The ids that a buildpack cannot have, because the lifecycle uses directories with these names.
 */
export const reservedBuildpackIds: readonly string[] = ["app", "config", "generated", "sbom"];

// A "." would break the link between a layer and its SBOM, which the lifecycle splits at the first dot.
const layerNamePattern = /^[A-Za-z0-9_-]+$/;
const reservedLayerNames: readonly string[] = ["build", "launch", "store"];
const processTypePattern = /^[A-Za-z0-9._-]+$/;
/** Returns the rule of {@link isProcessType} that a process type violates, for errors. */
export const processTypeRule = (type: string): string =>
  processTypePattern.test(type) ? '"." and ".." name directories' : "only letters, digits, ., - and _ are allowed";

/**
 * Checks the name of a layer.
 *
 * @throws LibcnbError NAME_INVALID
 * @example `checkLayerName("node-modules")`
 */
export function checkLayerName(name: string): string {
  if (reservedLayerNames.includes(name))
    throw invalid("layer name", name, `"build", "launch" and "store" are reserved by the specification`);
  if (!layerNamePattern.test(name)) throw invalid("layer name", name, "only letters, digits, - and _ are allowed");
  return name;
}

/**
 * True if a text is a valid process type.
 *
 * @example `isProcessType("web") // true`
 */
export function isProcessType(type: string): boolean {
  // directories are named by it, and the link that starts it
  return processTypePattern.test(type) && type !== "." && type !== "..";
}

/**
 * Checks the type of a process.
 *
 * @throws LibcnbError NAME_INVALID
 * @example `checkProcessType("web")`
 */
export function checkProcessType(type: string): string {
  if (!isProcessType(type)) throw invalid("process type", type, processTypeRule(type));
  return type;
}

/**
 * Converts the id of a buildpack to the form used in paths.
 *
 * @example `escapeBuildpackId("libcnb/node-engine") // "libcnb_node-engine"`
 */
export function escapeBuildpackId(id: string): string {
  return id.replaceAll("/", "_");
}

function invalid(what: string, name: string, rule: string): LibcnbError<"NAME_INVALID"> {
  return new LibcnbError("NAME_INVALID", `${JSON.stringify(name)} is not a ${what}: ${rule}`, {
    hint: `Rename ${JSON.stringify(name)} in the buildpack.`,
  });
}
