import { readFile } from "node:fs/promises";
import { decode, type Issue, invalidDescriptor, list, optional, parseToml, string, table } from "libcnb/spec";

/** package.toml: what goes into a buildpackage. */
export interface PackageToml {
  /** Folder of the buildpack, relative to the file. */
  readonly uri: string;
  /** Places of the members of a composite buildpack. */
  readonly dependencies: readonly string[];
  readonly targets: readonly { readonly os: string; readonly arch: string; readonly variant?: string | undefined }[];
}

const schema = table({
  buildpack: optional(table({ uri: optional(string) })),
  dependencies: optional(list(table({ uri: optional(string), image: optional(string) }))),
  platform: optional(table({ os: optional(string) })),
  targets: optional(list(table({ os: string, arch: string, variant: optional(string) }))),
});

/** Keys by table, for pack refuses all others. */
const known: Readonly<Record<string, readonly string[]>> = {
  "": ["buildpack", "dependencies", "platform", "targets"],
  buildpack: ["uri"],
  dependencies: ["uri", "image"],
  platform: ["os"],
  targets: ["os", "arch", "variant"],
};

const absent: PackageToml = { uri: ".", dependencies: [], targets: [] };

/**
 * Reads package.toml; without a file a package has no dependencies. Everything that is wrong is reported at once.
 *
 * @throws LibcnbError TOML_INVALID, DESCRIPTOR_INVALID
 */
export async function readPackageToml(
  file: string,
  { required }: { readonly required: boolean },
): Promise<PackageToml> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" && !required) return undefined;
    throw error;
  });
  return text === undefined ? absent : parsePackageToml(text, file);
}

/** Decodes the text of a package.toml. */
export function parsePackageToml(text: string, file: string): PackageToml {
  const raw = parseToml(text, file);
  const decoding = decode(schema, raw);
  const dependencies = decoding.issues ? [] : (decoding.value.dependencies ?? []);
  const issues = [...(decoding.issues ?? []), ...unknownKeys(raw), ...dependencyIssues(dependencies)];
  if (decoding.issues || issues.length > 0) throw invalidDescriptor(file, issues);
  const { buildpack, targets } = decoding.value;
  return {
    uri: buildpack?.uri ?? ".",
    dependencies: dependencies.map(({ uri, image }) => uri ?? `docker://${image}`),
    targets: targets ?? [],
  };
}

function unknownKeys(raw: Readonly<Record<string, unknown>>): Issue[] {
  return [
    ...keyIssues(raw, "", known[""] ?? []),
    ...Object.entries(raw).flatMap(([name, value]) => {
      const keys = known[name];
      if (!keys) return [];
      const items = Array.isArray(value) ? value : [value];
      return items.flatMap((item, index) => keyIssues(item, Array.isArray(value) ? `${name}[${index}]` : name, keys));
    }),
  ];
}

function keyIssues(value: unknown, path: string, keys: readonly string[]): Issue[] {
  if (typeof value !== "object" || value === null) return [];
  const unknown = Object.keys(value).filter((key) => !keys.includes(key));
  return unknown.map((key) => ({
    path: path === "" ? key : `${path}.${key}`,
    message: `unknown key; possible are ${keys.join(", ")}`,
  }));
}

const dependencyIssues = (
  dependencies: readonly { readonly uri?: string | undefined; readonly image?: string | undefined }[],
): Issue[] =>
  dependencies.flatMap(({ uri, image }, index) =>
    (uri === undefined) === (image === undefined)
      ? [{ path: `dependencies[${index}]`, message: "expected either uri or image" }]
      : [],
  );
