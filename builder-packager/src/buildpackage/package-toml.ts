import { type Decoded, decode, type Issue, list, optional, parseToml, string, type Table, table } from "libcnb/spec";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { invalidConfig, withCode } from "../config/problems.ts";
import { readConfigFile } from "../config/read-file.ts";
import { type KnownKeys, unknownKeys } from "../config/unknown-keys.ts";
import { CnbError } from "../errors.ts";
import { exists } from "../files/exists.ts";
import { refusedLocation } from "./sources/location.ts";

/** A platform in package.toml; distributions select the directory of a prebuilt buildpack. */
export interface PackageTarget {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string | undefined;
  readonly distros?: readonly { readonly name: string; readonly version?: string | undefined }[] | undefined;
}

/** package.toml: the content of a buildpackage. */
export interface PackageToml {
  /** The location of the buildpack or extension; paths are relative to the file. */
  readonly uri: string;
  /** Locations of the members of a composite buildpack. */
  readonly dependencies: readonly string[];
  readonly targets: readonly PackageTarget[];
}

const schema = table({
  buildpack: optional(table({ uri: optional(string) })),
  extension: optional(table({ uri: optional(string) })),
  dependencies: optional(list(table({ uri: optional(string), image: optional(string) }))),
  platform: optional(table({ os: optional(string) })),
  targets: optional(
    list(
      table({
        os: string,
        arch: string,
        variant: optional(string),
        distros: optional(list(table({ name: string, version: optional(string) }))),
      }),
    ),
  ),
});

/** All keys that pack reads; other keys are refused, as by pack. */
export const packageTomlKeys: KnownKeys = {
  buildpack: { uri: true },
  extension: { uri: true },
  dependencies: { uri: true, image: true },
  platform: { os: true },
  targets: { os: true, arch: true, variant: true, distros: { name: true, version: true } },
};

const absent: PackageToml = { uri: ".", dependencies: [], targets: [] };

/**
 * Reads package.toml; without a file a package has no dependencies, unless `given` names a file of
 * the user.
 *
 * @throws CnbError ARGUMENT_INVALID for a given file that cannot be read, BUILDPACK_INVALID
 */
export async function readPackageToml(
  file: string,
  kind: ModuleKind = "buildpack",
  given?: string,
): Promise<PackageToml> {
  if (given === undefined && !(await exists(file))) return absent;
  const source = await readConfigFile(file, {
    unreadable: (reason) =>
      new CnbError(
        given === undefined ? "BUILDPACK_INVALID" : "ARGUMENT_INVALID",
        `cannot read ${given ?? file}: ${reason}`,
        { hint: given === undefined ? `Make ${file} a file.` : "Name a package.toml with --config." },
      ),
    tooLarge: (reason) =>
      new CnbError("BUILDPACK_INVALID", `${file} ${reason}`, {
        hint: "A package.toml contains only buildpacks and targets.",
      }),
  });
  return parsePackageToml(source, file, kind);
}

/** Decodes package.toml. All errors are reported at once, with line and column. */
export function parsePackageToml(
  source: string | Uint8Array,
  file: string,
  kind: ModuleKind = "buildpack",
): PackageToml {
  const raw = withCode("BUILDPACK_INVALID", () => parseToml(source, file));
  const decoding = decode(schema, raw);
  const issues = [
    ...(decoding.issues ?? ruleIssues(decoding.value, kind)),
    ...unknownKeys(raw, packageTomlKeys),
    ...kindIssues(raw, kind),
  ];
  if (decoding.issues || issues.length > 0)
    throw invalidConfig("BUILDPACK_INVALID", { file, source, issues, hint: `Correct ${file}.` });
  const { dependencies = [], targets = [] } = decoding.value;
  return {
    uri: decoding.value[kind]?.uri ?? ".",
    // an empty key is an absent one for pack
    dependencies: dependencies.map(({ uri, image }) => uri || `docker://${image}`),
    targets,
  };
}

type Raw = Decoded<typeof schema>;

const ruleIssues = ({ platform, dependencies = [], ...raw }: Raw, kind: ModuleKind): Issue[] => [
  ...locationIssue(`${kind}.uri`, raw[kind]?.uri),
  ...systemIssue(platform?.os),
  ...dependencies.flatMap(dependencyIssues),
];

const systemIssue = (os: string | undefined): Issue[] =>
  !os || os === "linux"
    ? []
    : [{ path: "platform.os", message: `${JSON.stringify(os)} is not supported, only "linux"` }];

function dependencyIssues(
  { uri, image }: { readonly uri?: string | undefined; readonly image?: string | undefined },
  index: number,
): Issue[] {
  const path = `dependencies[${index}]`;
  return !uri === !image
    ? [{ path, message: "expected either uri or image" }]
    : locationIssue(uri ? `${path}.uri` : `${path}.image`, uri || image);
}

function locationIssue(path: string, location: string | undefined): Issue[] {
  const reason = location === undefined ? undefined : refusedLocation(location);
  return reason === undefined ? [] : [{ path, message: reason }];
}

/** Checks the kind: a package is for a buildpack, or for an extension, which has no members. */
function kindIssues(raw: Table, kind: ModuleKind): Issue[] {
  const other = kind === "buildpack" ? "extension" : "buildpack";
  return [
    ...missingIssue(raw, kind, other),
    ...(kind === "extension" && "dependencies" in raw
      ? [{ path: "dependencies", message: "an extension has none" }]
      : []),
  ];
}

/** Reports a missing location: as in pack, an existing file has no default ".". */
function missingIssue(raw: Table, kind: ModuleKind, other: ModuleKind): Issue[] {
  const own: unknown = (raw[kind] as Table | undefined)?.["uri"];
  if (own !== undefined && own !== "") return [];
  if (other in raw && !(kind in raw)) return [{ path: other, message: `is for cnb ${other} package` }];
  return [
    { path: `${kind}.uri`, message: `is missing; write [${kind}] and uri = "." for the ${kind} in the same folder` },
  ];
}
