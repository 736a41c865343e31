import { cnbIn } from "../../config/cnb/cnb-label.ts";
import { moduleLayersOf } from "../../config/module-labels.ts";
import { defined } from "../../defined.ts";
import type { Image } from "../../oci/model/image.ts";
import { labelsOf } from "../../oci/model/mutate.ts";
import {
  type ApiSupport,
  type BuilderMetadata,
  builderMetadataOf,
  type ModuleInfo,
  mixinsOf,
  orderOf,
} from "./builder-labels.ts";
import { type OrderGroup, orderTree } from "./order-tree.ts";

/** The facts that `cnb builder inspect` shows. */
export interface BuilderFacts {
  readonly description: string;
  readonly createdBy: { readonly name: string; readonly version: string };
  /** The stack; undefined for newer builders, which have none. */
  readonly stack?: { readonly id: string; readonly mixins: readonly string[] };
  readonly lifecycle: {
    /** The lifecycle's version; `""` if the builder's label does not contain it. */
    readonly version: string;
    readonly buildpackApis: Required<ApiSupport>;
    readonly platformApis: Required<ApiSupport>;
  };
  /** The versions of `cnb` and its Node.js in the builder; undefined for a builder without `cnb`. */
  readonly cnb?: { readonly version: string; readonly node?: string };
  /** The run images, in order of preference. */
  readonly runImages: readonly { readonly image: string; readonly mirrors: readonly string[] }[];
  /** The buildpacks without duplicates, sorted by id and version. */
  readonly buildpacks: readonly ModuleInfo[];
  /** The detection order, with the groups of composite buildpacks. */
  readonly order: readonly OrderGroup[];
  readonly extensions: readonly ModuleInfo[];
  readonly orderExtensions: readonly OrderGroup[];
}

/**
 * Gathers the facts about a builder from the builder's labels.
 *
 * @param where the builder's name in errors
 * @throws CnbError BUILDER_INVALID for an image that is not a builder, LABEL_INVALID
 * @example `builderFacts(image, "example.com/builder:1").runImages`
 */
export function builderFacts(image: Image, where: string, options: { readonly depth?: number } = {}): BuilderFacts {
  const metadata = builderMetadataOf(image, where);
  const stackId = labelsOf(image)["io.buildpacks.stack.id"];
  const tree = (kind: "buildpacks" | "extensions") =>
    orderTree(orderOf(image, kind, where), moduleLayersOf(image, "buildpack", where), {
      where,
      ...defined({ depth: options.depth === undefined ? undefined : options.depth + 1 }),
    });
  return {
    description: metadata.description ?? "",
    createdBy: { name: metadata.createdBy?.name ?? "", version: metadata.createdBy?.version ?? "" },
    ...defined({ stack: stackId ? { id: stackId, mixins: mixinsOf(image, where) } : undefined }),
    lifecycle: lifecycleFacts(metadata.lifecycle),
    ...defined({ cnb: cnbFacts(image) }),
    runImages: runImagesOf(metadata),
    buildpacks: sortedOnce(metadata.buildpacks ?? []),
    order: tree("buildpacks"),
    extensions: metadata.extensions ?? [],
    orderExtensions: tree("extensions"),
  };
}

/** The lifecycle's facts. Old builders only name one version of each API. */
function lifecycleFacts(lifecycle: BuilderMetadata["lifecycle"]): BuilderFacts["lifecycle"] {
  const { version = "", api, apis } = lifecycle ?? {};
  const support = (kind: "buildpack" | "platform"): Required<ApiSupport> => ({
    deprecated: apis?.[kind]?.deprecated ?? [],
    supported: apis?.[kind]?.supported ?? (apis === undefined && api?.[kind] ? [api[kind]] : []),
  });
  return { version, buildpackApis: support("buildpack"), platformApis: support("platform") };
}

function cnbFacts(image: Image): BuilderFacts["cnb"] {
  const found = cnbIn(image);
  return found && { version: found.version, ...defined({ node: found.node }) };
}

function runImagesOf({ images = [], stack }: BuilderMetadata): BuilderFacts["runImages"] {
  const all = images.map(({ image = "", mirrors = [] }) => ({ image, mirrors }));
  const { image = "", mirrors = [] } = stack?.runImage ?? {};
  return image === "" || all.some((each) => each.image === image) ? all : [...all, { image, mirrors }];
}

function sortedOnce(modules: readonly ModuleInfo[]): readonly ModuleInfo[] {
  const byName = new Map<string, ModuleInfo>();
  for (const module of modules) {
    const name = JSON.stringify([module.id, module.version ?? ""]);
    if (!byName.has(name)) byName.set(name, module);
  }
  return [...byName.values()].sort((a, b) => compare(a.id, b.id) || compare(a.version ?? "", b.version ?? ""));
}

/** Compares by bytes, as Go does. */
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
