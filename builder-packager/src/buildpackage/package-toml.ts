import { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { invalidConfig, withCode } from "../config/problems.ts";
import { readConfigFile } from "../config/read-file.ts";
import { type KnownKeys, unknownKeys } from "../config/unknown-keys.ts";
import {
  type VerifyRule,
  verifyIssues,
  verifyKeys,
  verifyRules,
  verifySchema,
} from "../config/verification/verify-rules.ts";
import { CnbError } from "../errors.ts";
import { exists } from "../files/exists.ts";
import { refusedLocation } from "./sources/location.ts";

/** A platform in package.toml. Its distributions select the directory of a prebuilt buildpack. */
export interface PackageTarget {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string | undefined;
  readonly distros?: readonly { readonly name: string; readonly version?: string | undefined }[] | undefined;
}

/** The content of package.toml, which describes a buildpackage. */
export interface PackageToml {
  /** The location of the buildpack or extension; paths are relative to the file. */
  readonly uri: string;
  /** Locations of the members of a composite buildpack. */
  readonly dependencies: readonly string[];
  readonly targets: readonly PackageTarget[];
  /** The signatures that the packages must have. Paths of keys are relative to the file. */
  readonly verify: readonly VerifyRule[];
}

/** The schema of package.toml. */
export const packageTomlSchema = s.table({
  buildpack: s.optional(s.table({ uri: s.optional(s.string) })),
  extension: s.optional(s.table({ uri: s.optional(s.string) })),
  dependencies: s.optional(s.list(s.table({ uri: s.optional(s.string), image: s.optional(s.string) }))),
  platform: s.optional(s.table({ os: s.optional(s.string) })),
  targets: s.optional(
    s.list(
      s.table({
        os: s.string,
        arch: s.string,
        variant: s.optional(s.string),
        distros: s.optional(s.list(s.table({ name: s.string, version: s.optional(s.string) }))),
      }),
    ),
  ),
  verify: s.optional(verifySchema),
});

/** The keys of package.toml that pack reads, and `verify`. Other keys are refused, as by pack. */
export const packageTomlKeys: KnownKeys = {
  buildpack: { uri: true },
  extension: { uri: true },
  dependencies: { uri: true, image: true },
  platform: { os: true },
  targets: { os: true, arch: true, variant: true, distros: { name: true, version: true } },
  verify: verifyKeys,
};

const absent: PackageToml = { uri: ".", dependencies: [], targets: [], verify: [] };

/**
 * Reads package.toml. If the file is missing, the package has no dependencies. `given` is a path
 * that the user named; that file must exist.
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
        {
          hint:
            given === undefined
              ? `Replace ${file} with a file that you have permission to read, or remove it.`
              : "Pass the path of a package.toml with --config.",
        },
      ),
    tooLarge: (reason) =>
      new CnbError("BUILDPACK_INVALID", `${file} ${reason}`, {
        hint: `Shorten ${file}: a package.toml only names buildpacks and targets.`,
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
  const decoding = s.decode(packageTomlSchema, raw);
  const issues = [
    ...(decoding.issues ?? ruleIssues(decoding.value, kind)),
    ...unknownKeys(raw, packageTomlKeys),
    ...kindIssues(raw, kind),
  ];
  if (decoding.issues || issues.length > 0)
    throw invalidConfig("BUILDPACK_INVALID", { file, source, issues, hint: `Correct ${file}.` });
  const { dependencies = [], targets = [], verify } = decoding.value;
  return {
    uri: decoding.value[kind]?.uri ?? ".",
    // an empty key is an absent one for pack
    dependencies: dependencies.map(({ uri, image }) => uri || `docker://${image}`),
    targets,
    verify: verifyRules(verify),
  };
}

type Raw = s.Decoded<typeof packageTomlSchema>;

const ruleIssues = ({ platform, dependencies = [], verify, ...raw }: Raw, kind: ModuleKind): s.Issue[] => [
  ...locationIssue(`${kind}.uri`, raw[kind]?.uri),
  ...systemIssue(platform?.os),
  ...dependencies.flatMap(dependencyIssues),
  ...verifyIssues(verify),
];

const systemIssue = (os: string | undefined): s.Issue[] =>
  !os || os === "linux"
    ? []
    : [{ path: "platform.os", message: `${JSON.stringify(os)} is not supported, only "linux"` }];

function dependencyIssues(
  { uri, image }: { readonly uri?: string | undefined; readonly image?: string | undefined },
  index: number,
): s.Issue[] {
  const path = `dependencies[${index}]`;
  if (!uri === !image) return [{ path, message: "expected either uri or image" }];
  return uri ? locationIssue(`${path}.uri`, uri) : locationIssue(`${path}.image`, image);
}

function locationIssue(path: string, location: string | undefined): s.Issue[] {
  const reason = location === undefined ? undefined : refusedLocation(location);
  return reason === undefined ? [] : [{ path, message: reason }];
}

/** Checks the kind: a package is for a buildpack, or for an extension, which has no members. */
function kindIssues(raw: s.Table, kind: ModuleKind): s.Issue[] {
  const other = kind === "buildpack" ? "extension" : "buildpack";
  return [
    ...missingIssue(raw, kind, other),
    ...(kind === "extension" && "dependencies" in raw
      ? [{ path: "dependencies", message: "only composite buildpacks have dependencies, not extensions" }]
      : []),
  ];
}

/** Reports a missing location: as in pack, an existing file has no default ".". */
function missingIssue(raw: s.Table, kind: ModuleKind, other: ModuleKind): s.Issue[] {
  const own: unknown = (raw[kind] as s.Table | undefined)?.["uri"];
  if (own !== undefined && own !== "") return [];
  if (other in raw && !(kind in raw))
    return [{ path: other, message: `belongs in a package.toml for cnb ${other} package` }];
  return [
    {
      path: `${kind}.uri`,
      message: `is missing; if the ${kind} is in the same directory, write [${kind}] and uri = "."`,
    },
  ];
}
