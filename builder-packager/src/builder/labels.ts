import type { ModuleLayers } from "../config/module-labels.ts";
import { defined, unlessEmpty } from "../defined.ts";
import type { LifecycleDescriptor } from "../lifecycle/source.ts";
import { type GoValue, goJson } from "../platform/formats/go-json.ts";
import { compareApis } from "./api-order.ts";
import type { BaseBuilder } from "./images/base-builder.ts";
import { stackIdOf } from "./images/stack-id.ts";
import { type BuilderModule, moduleKey } from "./modules/module.ts";
import type { BuilderToml } from "./toml/builder-toml.ts";
import type { NamedRunImage } from "./validate.ts";

export interface LabelInputs {
  readonly config: BuilderToml;
  readonly lifecycle: LifecycleDescriptor;
  /** The modules (buildpacks and extensions) in the order of builder.toml, with their members. */
  readonly listed: readonly BuilderModule[];
  /** The modules (buildpacks and extensions), sorted and without duplicates. */
  readonly modules: readonly BuilderModule[];
  readonly runImages: readonly NamedRunImage[];
  /** The version of this package, for the builder's metadata. */
  readonly createdBy: string;
  /** The labels of the build image. */
  readonly baseLabels: Readonly<Record<string, string>>;
  /** The buildpacks and extensions that the build image already contains. */
  readonly base: BaseBuilder;
}

/**
 * Returns the labels that pack, kpack, Tekton and Spring Boot read from a builder, byte for byte as
 * pack writes them. Unlike pack, cnb also adds stack labels to builders without a stack, and fields
 * that kpack reads to the lifecycle's metadata.
 */
export function builderLabels(inputs: LabelInputs): Record<string, string> {
  const { config, modules, lifecycle, baseLabels, base } = inputs;
  const labels: Record<string, GoValue> = {
    "io.buildpacks.builder.metadata": builderMetadata(inputs),
    "io.buildpacks.buildpack.layers": moduleLayers(modules, "buildpack", base.layers.buildpack),
    "io.buildpacks.extension.layers": moduleLayers(modules, "extension", base.layers.extension),
    "io.buildpacks.buildpack.order": unlessEmpty(config.order.map(groupOf)) ?? null,
    "io.buildpacks.buildpack.order-extensions":
      unlessEmpty(config.orderExtensions.map(groupOf).map(withoutOptional)) ?? null,
    ...defined({ "io.buildpacks.buildpack.system": config.system && systemOf(config.system) }),
  };
  return {
    ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, goJson(value)])),
    ...versionLabels(lifecycle),
    "io.buildpacks.stack.id": stackIdOf(inputs),
    "io.buildpacks.stack.mixins": baseLabels["io.buildpacks.stack.mixins"] ?? "null",
  };
}

/**
 * Returns the labels of a lifecycle image, from which kpack and pack read the version and the APIs.
 */
export function lifecycleLabels(lifecycle: LifecycleDescriptor): Record<string, string> {
  const metadata = { lifecycle: lifecycleMetadata(lifecycle) } as unknown as GoValue;
  return { "io.buildpacks.builder.metadata": goJson(metadata), ...versionLabels(lifecycle) };
}

const versionLabels = ({ apis, version }: LifecycleDescriptor): Record<string, string> => ({
  "io.buildpacks.lifecycle.apis": goJson(apis as unknown as GoValue),
  "io.buildpacks.lifecycle.version": version,
});

const lifecycleMetadata = ({ version, apis }: LifecycleDescriptor) => ({
  version,
  api: { buildpack: earliest(apis.buildpack), platform: earliest(apis.platform) },
  apis,
});

function builderMetadata({ config, lifecycle, listed, base, runImages, createdBy }: LabelInputs): GoValue {
  const images = runImages.map(({ name, mirrors }) => ({ image: name, mirrors: unlessEmpty(mirrors) ?? null }));
  const infos = (kind: BuilderModule["kind"]) => [
    ...base.described[kind],
    ...listed.filter((module) => module.kind === kind).map(moduleInfo),
  ];
  return {
    description: config.description,
    buildpacks: unlessEmpty(infos("buildpack")) ?? null,
    extensions: unlessEmpty(infos("extension")) ?? null,
    // pack leaves it empty for builders without a stack; kpack and older Spring Boot take the run image from here
    stack: { runImage: images[0] },
    lifecycle: lifecycleMetadata(lifecycle),
    createdBy: { name: "libcnb.ts", version: createdBy },
    images,
  } as unknown as GoValue;
}

function moduleInfo({ id, version, facts, description }: BuilderModule): GoValue {
  const { description: text, keywords, licenses, ...flags } = description;
  return {
    id,
    name: facts.name || undefined,
    version,
    description: text || undefined,
    homepage: facts.homepage || undefined,
    keywords,
    "exec-env": flags["exec-env"],
    licenses: licenses?.map(({ Type = "", URI = "" }) => ({ Type, URI })),
    "clear-env": flags["clear-env"] || undefined,
  } as GoValue;
}

function moduleLayers(modules: readonly BuilderModule[], kind: BuilderModule["kind"], base: ModuleLayers): GoValue {
  const layers = new Map<string, Map<string, GoValue>>();
  const put = (id: string, version: string, label: GoValue) =>
    layers.set(id, new Map([...(layers.get(id) ?? []), [version, label]]));
  for (const [id, versions] of Object.entries(base))
    for (const [version, { layerDiffID, ...facts }] of Object.entries(versions))
      put(id, version, layerLabel(facts, layerDiffID));
  for (const { id, version, facts, layer } of modules.filter((module) => module.kind === kind))
    if (base[id]?.[version]?.layerDiffID !== layer.diffId) put(id, version, layerLabel(facts, layer.diffId));
  return layers;
}

/** The label of layers with pack's order of fields. */
const layerLabel = ({ api, stacks, targets, order, homepage, name }: BuilderModule["facts"], layerDiffID: string) =>
  ({
    api,
    stacks: stacks && unlessEmpty(stacks),
    targets: targets && unlessEmpty(targets.map(({ os = "", arch = "", ...rest }) => ({ os, arch, ...rest }))),
    order: order && unlessEmpty(order.map(groupOf)),
    layerDiffID,
    homepage: homepage || undefined,
    name: name || undefined,
  }) as GoValue;

type Group = BuilderToml["order"][number];

/** A group as labels have it. */
type LabelGroup = { readonly group: readonly LabelMember[] };

/** A member of a group as it is in labels, without fields that have their default value. */
type LabelMember = {
  readonly id: string;
  readonly version: string | undefined;
  readonly "exec-env": readonly string[] | undefined;
  readonly optional: true | undefined;
};

const groupOf = ({ group }: Group): LabelGroup => ({ group: group.map(memberOf) });

const memberOf = ({ id, version, optional, "exec-env": execEnv }: Group["group"][number]): LabelMember => ({
  id,
  version,
  "exec-env": execEnv && unlessEmpty(execEnv),
  optional: optional || undefined,
});

/** Extensions without `optional`, because the lifecycle considers all of them optional. */
const withoutOptional = ({ group }: LabelGroup) => ({
  group: group.map(({ optional: _always, ...member }) => member),
});

const systemOf = ({ pre, post }: NonNullable<BuilderToml["system"]>): GoValue => ({
  pre: { buildpacks: unlessEmpty(pre.map(memberOf)) },
  post: { buildpacks: unlessEmpty(post.map(memberOf)) },
});

const earliest = ({
  deprecated,
  supported,
}: {
  readonly deprecated: readonly string[];
  readonly supported: readonly string[];
}) => [...deprecated, ...supported].sort(compareApis)[0];

/** Compares modules by id and version, so that digests are reproducible. */
export const byKey = (a: BuilderModule, b: BuilderModule): number => (moduleKey(a) < moduleKey(b) ? -1 : 1);
