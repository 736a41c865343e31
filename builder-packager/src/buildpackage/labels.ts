import type { BuildpackToml } from "libcnb/spec";
import type { Layer } from "../oci/image.ts";
import type { Platform } from "../oci/spec.ts";
import {
  isSource,
  type ModuleDescription,
  type ModuleLabel,
  type PackagedModule,
  type SourceModule,
} from "./module.ts";

/** A buildpack and the layer that holds it. */
export interface PlacedModule {
  readonly module: SourceModule | PackagedModule;
  readonly layer: Layer;
}

/** The two labels of a buildpackage or an extension package, byte for byte as pack writes them. */
export function packageLabels(
  main: SourceModule,
  placed: readonly PlacedModule[],
  platform: Platform,
): Record<string, string> {
  const layers: Record<string, Record<string, ModuleLabel>> = {};
  for (const { module, layer } of placed) {
    layers[module.id] = { ...layers[module.id], [module.version]: moduleLabel(module, layer, platform) };
  }
  return {
    "io.buildpacks.buildpackage.metadata": goJson(packageMetadata(main, placed)),
    [`io.buildpacks.${main.kind}.layers`]: goJson(sortedByKey(layers)),
  };
}

function packageMetadata(main: SourceModule, placed: readonly PlacedModule[]) {
  const { id, version, name, homepage } = main.descriptor.buildpack;
  const { description, ...others } = moduleDescription(main);
  return {
    id,
    name: name || undefined,
    version,
    description,
    homepage: homepage || undefined,
    ...others,
    stacks: main.kind === "extension" ? null : commonStacks(placed),
  };
}

/** What labels of packages and builders say of a buildpack besides {@link moduleLabel}. */
export function moduleDescription({ descriptor }: SourceModule): ModuleDescription {
  const { description, keywords, execEnv, licenses, clearEnv } = descriptor.buildpack;
  return {
    description: description || undefined,
    keywords: unlessEmpty(keywords),
    "exec-env": unlessEmpty(execEnv),
    // Capital keys: pack's type has no names for JSON here.
    licenses: unlessEmpty(licenses.map(({ type = "", uri = "" }) => ({ Type: type, URI: uri }))),
    "clear-env": clearEnv || undefined,
  };
}

/** pack demands one at least; `*` stands for "chosen by targets". */
function commonStacks(placed: readonly PlacedModule[]) {
  const named = placed.flatMap(({ module }) =>
    isSource(module) && module.descriptor.stacks.length > 0 ? [module.descriptor.stacks] : [],
  );
  const [first, ...others] = named;
  const common = first?.filter(
    ({ id }) => id === "*" || others.every((stacks) => stacks.some((stack) => [id, "*"].includes(stack.id))),
  );
  return common ? common.map(stackLabel) : [{ id: "*" }];
}

/** What `io.buildpacks.buildpack.layers` says of a module. */
export function moduleLabel(module: SourceModule | PackagedModule, layer: Layer, platform: Platform): ModuleLabel {
  if (!isSource(module)) return { ...module.label, layerDiffID: layer.diffId };
  const { api, stacks, order, buildpack } = module.descriptor;
  return {
    api,
    stacks: unlessEmpty(stacks.map(stackLabel)),
    targets: unlessEmpty(targetLabels(module.descriptor, platform)),
    order: unlessEmpty(order.map((group) => ({ group: group.map(memberLabel) }))),
    layerDiffID: layer.diffId,
    homepage: buildpack.homepage || undefined,
    name: buildpack.name || undefined,
  };
}

/** A component without targets runs where its package is for; a composite one has none. */
function targetLabels({ targets, stacks, order }: BuildpackToml, platform: Platform) {
  if (targets.length === 0 && stacks.length === 0 && order.length === 0)
    return [{ os: platform.os, arch: platform.architecture }];
  return targets.map(({ os = "", arch = "", variant, distros = [] }) => ({
    os,
    arch,
    variant: variant || undefined,
    distros: unlessEmpty(distros.map(({ name, version }) => ({ name, version: version || undefined }))),
  }));
}

const stackLabel = ({ id, mixins = [] }: { readonly id: string; readonly mixins?: readonly string[] | undefined }) => ({
  id,
  mixins: unlessEmpty(mixins),
});

const memberLabel = ({ id, version, optional }: BuildpackToml["order"][number][number]) => ({
  id,
  version,
  optional: optional || undefined,
});

const unlessEmpty = <Item>(list: readonly Item[]): readonly Item[] | undefined => (list.length > 0 ? list : undefined);

/** Go writes maps sorted by key. */
const sortedByKey = <Value>(record: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Go's encoding/json escapes what could end a script element. */
const goJson = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
