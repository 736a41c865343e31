import { access } from "node:fs/promises";
import { decode, type Issue, list, optional, parseToml, string, type Table, table } from "libcnb/spec";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { invalidConfig, withCode } from "../config/problems.ts";
import { readConfigFile } from "../config/read-file.ts";
import { type KnownKeys, unknownKeys } from "../config/unknown-keys.ts";
import { CnbError } from "../errors.ts";

/** package.toml: what goes into a buildpackage. */
export interface PackageToml {
  /** Folder of the buildpack or extension, relative to the file. */
  readonly uri: string;
  /** Places of the members of a composite buildpack. */
  readonly dependencies: readonly string[];
  readonly targets: readonly { readonly os: string; readonly arch: string; readonly variant?: string | undefined }[];
}

const schema = table({
  buildpack: optional(table({ uri: optional(string) })),
  extension: optional(table({ uri: optional(string) })),
  dependencies: optional(list(table({ uri: optional(string), image: optional(string) }))),
  platform: optional(table({ os: optional(string) })),
  targets: optional(list(table({ os: string, arch: string, variant: optional(string) }))),
});

/** All keys pack reads; it refuses others, too. */
const knownKeys: KnownKeys = {
  buildpack: { uri: true },
  extension: { uri: true },
  dependencies: { uri: true, image: true },
  platform: { os: true },
  targets: { os: true, arch: true, variant: true },
};

const absent: PackageToml = { uri: ".", dependencies: [], targets: [] };

/**
 * Reads package.toml; without a file a package has no dependencies, unless `given` says how the user calls the file.
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
        hint: "A package.toml names buildpacks and targets alone.",
      }),
  });
  return parsePackageToml(source, file, kind);
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Decodes package.toml. Everything that is wrong is reported at once, with line and column. */
export function parsePackageToml(
  source: string | Uint8Array,
  file: string,
  kind: ModuleKind = "buildpack",
): PackageToml {
  const raw = withCode("BUILDPACK_INVALID", () => parseToml(source, file));
  const decoding = decode(schema, raw);
  const dependencies = decoding.issues ? [] : (decoding.value.dependencies ?? []);
  const issues = [
    ...(decoding.issues ?? []),
    ...unknownKeys(raw, knownKeys),
    ...dependencyIssues(dependencies),
    ...kindIssues(raw, kind),
  ];
  if (decoding.issues || issues.length > 0)
    throw invalidConfig("BUILDPACK_INVALID", { file, source, issues, hint: `Correct ${file}.` });
  const { targets } = decoding.value;
  return {
    uri: decoding.value[kind]?.uri ?? ".",
    dependencies: dependencies.map(({ uri, image }) => uri ?? `docker://${image}`),
    targets: targets ?? [],
  };
}

/** A package is made for a buildpack or for an extension, which has no members. */
function kindIssues(raw: Table, kind: ModuleKind): Issue[] {
  const other = kind === "buildpack" ? "extension" : "buildpack";
  return [
    ...(other in raw ? [{ path: other, message: `is for cnb ${other} package` }] : []),
    ...(kind === "extension" && "dependencies" in raw
      ? [{ path: "dependencies", message: "an extension has none" }]
      : []),
  ];
}

const dependencyIssues = (
  dependencies: readonly { readonly uri?: string | undefined; readonly image?: string | undefined }[],
): Issue[] =>
  dependencies.flatMap(({ uri, image }, index) =>
    (uri === undefined) === (image === undefined)
      ? [{ path: `dependencies[${index}]`, message: "expected either uri or image" }]
      : [],
  );
