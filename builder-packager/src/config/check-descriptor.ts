import type { s } from "libcnb/internal";
import { metadataIssues } from "libcnb/packaging";
import { type BuildpackToml, parseToml, supportedBuildpackApis } from "libcnb/spec";
import type { CnbError } from "../errors.ts";
import { decodeDescriptor, type ModuleKind } from "./module-descriptor.ts";
import { invalidConfig, withPositions } from "./problems.ts";
import { type KnownKeys, unknownKeys } from "./unknown-keys.ts";

const info: KnownKeys = {
  id: true,
  version: true,
  name: true,
  homepage: true,
  description: true,
  keywords: true,
  licenses: { type: true, uri: true },
  "clear-env": true,
  "exec-env": true,
  "sbom-formats": true,
};
const distros: KnownKeys = { name: true, version: true };
const targets: KnownKeys = { os: true, arch: true, variant: true, "arch-variant": true, distros };
const group: KnownKeys = { id: true, version: true, optional: true, "exec-env": true };
const known: KnownKeys = {
  api: true,
  buildpack: info,
  extension: info,
  targets,
  stacks: { id: true, mixins: true },
  order: { group },
  metadata: true,
};
const configurations: KnownKeys = {
  name: true,
  description: true,
  default: true,
  build: true,
  launch: true,
  type: true,
  secret: true,
};
const dependencies: KnownKeys = {
  id: true,
  name: true,
  version: true,
  uri: true,
  sha256: true,
  checksum: true,
  os: true,
  arch: true,
  variant: true,
  distros,
  stacks: true,
  licenses: true,
  purl: true,
  purls: true,
  cpe: true,
  cpes: true,
  source: true,
  source_sha256: true,
  "source-checksum": true,
  "strip-components": true,
  deprecation_date: true,
  "eol-date": true,
};

/**
 * All known keys of buildpack.toml and extension.toml, including those in `[metadata]` that libcnb
 * reads.
 */
export const descriptorKeys: KnownKeys = {
  ...known,
  metadata: {
    configurations,
    dependencies,
    "default-versions": true,
    "dependency-sources": true,
    "dependency-constraints": true,
  },
};

/**
 * Issues of unknown keys that resemble a known one. Any other key may belong to a newer
 * specification or another framework.
 */
const misspelt = (value: unknown, keys: KnownKeys, path = "") =>
  unknownKeys(value, keys, path).filter(({ message }) => message.includes("did you mean"));

/**
 * Refuses misspelled keys in a descriptor. Otherwise the intended key would be missing or have its
 * default value.
 *
 * @throws CnbError BUILDPACK_INVALID
 */
export function refuseMisspeltKeys(text: string | Uint8Array, file: string): void {
  const issues = misspelt(parseToml(text, file), known);
  if (issues.length > 0) throw invalid(text, file, issues);
}

/**
 * Decodes and checks the descriptor of a module (a buildpack or an extension) to package.
 *
 * @throws CnbError BUILDPACK_INVALID
 */
export const checkedDescriptor = (kind: ModuleKind, text: string | Uint8Array, file: string): BuildpackToml =>
  withPositions("BUILDPACK_INVALID", { file, source: text }, () => {
    refuseMisspeltKeys(text, file);
    return decodeDescriptor(kind, text, file);
  });

/**
 * Refuses a descriptor whose `[metadata]` would fail every build of a buildpack that uses libcnb.
 *
 * @throws CnbError BUILDPACK_INVALID
 */
export function refuseUnusableMetadata({ metadata }: BuildpackToml, text: string | Uint8Array, file: string): void {
  const issues = [
    ...unknownKeys(metadata.configurations ?? [], configurations, "metadata.configurations"),
    ...misspelt(metadata.dependencies ?? [], dependencies, "metadata.dependencies"),
    ...metadataIssues(metadata, file),
  ];
  if (issues.length > 0) throw invalid(text, file, issues);
}

/**
 * Refuses a Buildpack API that libcnb does not implement, because every detect of the buildpack
 * would fail.
 *
 * @throws CnbError BUILDPACK_INVALID
 */
export function refuseUnsupportedApi({ api }: BuildpackToml, text: string | Uint8Array, file: string): void {
  if (supportedBuildpackApis.some((supported) => supported === api)) return;
  const message = `libcnb does not implement Buildpack API "${api}", only ${supportedBuildpackApis.join(", ")}`;
  throw invalid(text, file, [{ path: "api", message }]);
}

/**
 * Refuses values in `[[metadata.configurations]]` that no framework can read. For buildpacks that
 * other tools compiled, only these values are checked, because such buildpacks may have their own
 * keys and types.
 *
 * @throws CnbError BUILDPACK_INVALID
 */
export function refuseUnusableConfigurations(
  { metadata: { configurations: given = [] } }: BuildpackToml,
  text: string | Uint8Array,
  file: string,
): void {
  const path = "metadata.configurations";
  const issues = Array.isArray(given)
    ? [
        ...misspelt(given, configurations, path),
        ...given.flatMap((each, index) => nameIssues(each, `${path}[${index}]`)),
      ]
    : [{ path, message: `expected tables: [[${path}]]` }];
  if (issues.length > 0) throw invalid(text, file, issues);
}

// Some document a family of variables as BPE_<NAME>.
function nameIssues(given: unknown, path: string): readonly s.Issue[] {
  if (typeof given !== "object" || given === null) return [{ path, message: "expected a table with a name" }];
  const name = "name" in given ? given.name : undefined;
  if (name === undefined) return [{ path: `${path}.name`, message: "is missing" }];
  const isName = typeof name === "string" && /^[A-Za-z_]\S*$/.test(name);
  return isName
    ? []
    : [{ path: `${path}.name`, message: `expected the name of a variable, got ${JSON.stringify(name)}` }];
}

const invalid = (source: string | Uint8Array, file: string, issues: readonly s.Issue[]): CnbError =>
  invalidConfig("BUILDPACK_INVALID", { file, source, issues, hint: `Correct ${file}.` });
