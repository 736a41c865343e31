import { basename } from "node:path";
import { type BuildpackToml, escapeBuildpackId } from "libcnb/spec";
import { decodeDescriptor } from "../config/module-descriptor.ts";
import { type LabelledModule, modulesOf, packageMainOf } from "../config/module-labels.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Image, Layer } from "../oci/model/image.ts";
import { isTable } from "../schema.ts";
import { decompress } from "../tar/compression.ts";
import { tarMembers } from "../tar/read.ts";

/** A dependency of a buildpack, from `[[metadata.dependencies]]`. */
export interface SummarizedDependency {
  readonly id: string;
  readonly version: string;
  /** The platform, such as `linux/arm64`; undefined if the dependency is for all platforms. */
  readonly platform?: string;
  readonly stacks: readonly string[];
  /** The checksum with its algorithm, such as `sha256:…`. */
  readonly checksum?: string;
}

/** The facts about one buildpack that release notes contain. */
export interface SummarizedBuildpack {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly api: string;
  readonly homepage?: string;
  readonly targets: readonly string[];
  readonly stacks: readonly string[];
  readonly defaultVersions: Readonly<Record<string, string>>;
  readonly dependencies: readonly SummarizedDependency[];
  readonly configurations: readonly {
    readonly name: string;
    readonly default?: string;
    readonly description: string;
  }[];
  readonly order: readonly (readonly {
    readonly id: string;
    readonly version?: string;
    readonly optional: boolean;
  }[])[];
}

/** A package, or the directory of a buildpack, with its members. */
export interface PackageSummary {
  /** The digest of the package; undefined for a directory. */
  readonly digest?: string;
  readonly main: SummarizedBuildpack;
  /** The other buildpacks of the package, sorted by id and version. */
  readonly members: readonly SummarizedBuildpack[];
}

/**
 * Gathers the facts about a buildpack from its buildpack.toml. Parts of `[metadata]` that do not
 * have the expected form are left out.
 */
export function summaryOf({ api, buildpack, targets, stacks, order, metadata }: BuildpackToml): SummarizedBuildpack {
  const { id, version, name, homepage } = buildpack;
  return {
    id,
    name: name || id,
    version,
    api,
    ...defined({ homepage: homepage || undefined }),
    targets: targets.map(targetText),
    stacks: stacks.map(({ id: stack }) => stack),
    defaultVersions: stringsOf(metadata["default-versions"]),
    dependencies: tablesOf(metadata["dependencies"]).map(dependencyOf),
    configurations: tablesOf(metadata["configurations"]).flatMap(configurationOf),
    order: order.map((group) =>
      group.map(({ id: member, version: of, optional }) => ({ id: member, ...defined({ version: of }), optional })),
    ),
  };
}

function targetText({ os = "", arch = "", variant, distros = [] }: BuildpackToml["targets"][number]): string {
  const platform = [os || "any", arch || "any", ...(variant ? [variant] : [])].join("/");
  const names = distros.map(({ name, version }) => (version ? `${name} ${version}` : name));
  return names.length > 0 ? `${platform} (${names.join(", ")})` : platform;
}

function dependencyOf(dependency: Readonly<Record<string, unknown>>): SummarizedDependency {
  const stringAt = (key: string) => (typeof dependency[key] === "string" ? dependency[key] : "");
  const platform = ["os", "arch", "variant"].map(stringAt).filter((part) => part !== "");
  const sha256 = stringAt("sha256");
  const stacks: unknown = dependency["stacks"];
  return {
    id: stringAt("id"),
    version: stringAt("version"),
    stacks: Array.isArray(stacks) ? stacks.filter((stack) => typeof stack === "string") : [],
    ...defined({
      platform: platform.join("/") || undefined,
      checksum: stringAt("checksum") || (sha256 && `sha256:${sha256}`) || undefined,
    }),
  };
}

const tablesOf = (value: unknown) => (Array.isArray(value) ? value.filter(isTable) : []);

const stringsOf = (value: unknown): Record<string, string> =>
  isTable(value)
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
      )
    : {};

function configurationOf({ name, description, ...others }: Readonly<Record<string, unknown>>) {
  if (typeof name !== "string") return [];
  const value = others["default"];
  return [
    {
      name,
      description: typeof description === "string" ? description : "",
      ...defined({ default: value === undefined ? undefined : String(value) }),
    },
  ];
}

/**
 * Summarizes a package. The descriptors are read from its layers, because the labels have neither
 * dependencies nor configurations.
 *
 * @throws CnbError BUILDPACKAGE_INVALID, LABEL_INVALID, TAR_…, BUILDPACK_INVALID
 */
export async function packageSummary(image: Image, where: string): Promise<Omit<PackageSummary, "digest">> {
  const { id, version } = packageMainOf(image, where);
  const modules = modulesOf(image, where);
  const texts = await descriptorsIn(modules, where);
  const summaries = modules.map((module) => ({ module, summary: summarized(module, texts, where) }));
  const main = summaries.find(({ module }) => module.id === id && module.version === version);
  if (main === undefined)
    throw new CnbError("BUILDPACKAGE_INVALID", `${where} does not contain its main buildpack ${id}@${version}`, {
      hint: "Package the buildpack again.",
    });
  const members = summaries.filter((each) => each !== main).map(({ summary }) => summary);
  return { main: main.summary, members: members.toSorted(byId) };
}

/** Compares two members of a package, for sorting by ID. */
export const byId = (a: SummarizedBuildpack, b: SummarizedBuildpack): number =>
  Buffer.compare(Buffer.from(`${a.id}\0${a.version}`), Buffer.from(`${b.id}\0${b.version}`));

const fileOf = ({ kind, id, version }: LabelledModule): string =>
  `cnb/${kind}s/${escapeBuildpackId(id)}/${version}/${kind}.toml`;

function summarized(module: LabelledModule, texts: ReadonlyMap<string, Buffer>, where: string): SummarizedBuildpack {
  const file = fileOf(module);
  const found = texts.get(file);
  if (found === undefined)
    throw new CnbError("BUILDPACKAGE_INVALID", `${where} has no ${basename(file)} of ${module.id}@${module.version}`, {
      hint: "Package the buildpack again.",
    });
  return summaryOf(decodeDescriptor(module.kind, found, `/${file}`));
}

/** Reads each layer once. Only the descriptors are kept in memory. */
async function descriptorsIn(modules: readonly LabelledModule[], where: string): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = new Set(modules.map(fileOf));
  const texts = new Map<string, Buffer>();
  const layers = new Map<string, Layer>(modules.map(({ layer }) => [layer.diffId, layer]));
  for (const layer of layers.values())
    for await (const member of tarMembers(decompress(layer.uncompressed()))) {
      const path = member.path.replace(/^[./]+/, "");
      if (member.type !== "file" || !wanted.has(path)) continue;
      if (member.size > limits.configFile.most) throw tooLarge(where, path);
      const chunks: Uint8Array[] = [];
      for await (const chunk of member.content()) chunks.push(chunk);
      texts.set(path, Buffer.concat(chunks));
    }
  return texts;
}

const tooLarge = (where: string, path: string): CnbError =>
  new CnbError("BUILDPACKAGE_INVALID", `/${path} of ${where} is larger than 1 MiB`, { hint: `Shorten ${path}.` });
