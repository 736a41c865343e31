import { escapeBuildpackId } from "libcnb/spec";
import type { Layer } from "../oci/model/image.ts";
import type { TarEntry } from "../tar/entry.ts";
import { buildConfigEntries, orderToml, runToml, stackToml, systemToml } from "./files.ts";
import type { BaseBuilder } from "./images/base-builder.ts";
import type { BuildImageFacts } from "./images/base-image.ts";
import { type BuilderModule, moduleKey } from "./modules/module.ts";
import type { ResolvedOrder } from "./order.ts";
import type { BuilderToml } from "./toml/builder-toml.ts";
import type { NamedRunImage } from "./validate.ts";

/**
 * A layer of a builder: either files to pack into a new layer, or an existing layer of a
 * buildpackage.
 */
export type PlannedLayer = { readonly title: string } & (
  | { readonly entries: readonly TarEntry[] }
  | { readonly layer: Layer }
);

export interface PlanInputs {
  readonly config: BuilderToml;
  readonly facts: BuildImageFacts;
  readonly lifecycle: { readonly title: string; readonly layer: Layer };
  /** The layers with `cnb` and its Node.js; none if the builder does not contain `cnb`. */
  readonly cnb: readonly { readonly title: string; readonly layer: Layer }[];
  /** The modules (buildpacks and extensions) in the order of builder.toml. */
  readonly listed: readonly BuilderModule[];
  /**
   * The modules (buildpacks and extensions), sorted by key (`id@version`).
   */
  readonly modules: readonly BuilderModule[];
  /** The names of modules (buildpacks and extensions) that share layers because of `--flatten`. */
  readonly flattened: readonly string[];
  readonly order: ResolvedOrder;
  readonly runImages: readonly NamedRunImage[];
  readonly base: BaseBuilder;
}

/** Plans the layers of a builder above its build image, in pack's order. */
export function planLayers(inputs: PlanInputs): PlannedLayer[] {
  const { config, facts, lifecycle, cnb, order, runImages } = inputs;
  const buildConfig = buildConfigEntries(config.buildEnv);
  return [
    { title: "Directories", entries: directories(facts) },
    lifecycle,
    ...cnb,
    ...moduleLayers(inputs),
    { title: "Order", entries: [orderToml(order)] },
    ...(order.system ? [{ title: "System buildpacks", entries: [systemToml(order.system)] }] : []),
    { title: "Stack", entries: [stackToml(runImages)] },
    { title: "Run images", entries: [runToml(runImages)] },
    ...(buildConfig.length > 0 ? [{ title: "Build configuration", entries: buildConfig }] : []),
    // pack has the platform's variables of a build here; a builder has none
    { title: "Environment", entries: [] },
  ];
}

function directories({ uid, gid }: BuildImageFacts): TarEntry[] {
  const owned = ["/workspace", "/layers"].map((path) => directory(path, uid, gid));
  const cnb = ["/cnb", "/cnb/buildpacks", "/cnb/extensions"];
  const rest = ["/platform", "/platform/env", "/cnb/build-config", "/cnb/build-config/env"];
  return [...owned, ...[...cnb, ...rest].map((path) => directory(path, 0, 0))];
}

const directory = (path: string, uid: number, gid: number): TarEntry => ({
  type: "directory",
  path,
  mode: 0o755,
  uid,
  gid,
});

/** The layers of all buildpacks, then of all extensions, as in pack. A shared layer appears once. */
function moduleLayers({ listed, modules, flattened, base }: PlanInputs): PlannedLayer[] {
  const done = new Set<string>();
  return (["buildpack", "extension"] as const).flatMap((kind) => {
    const known = base.layers[kind];
    const before = (module: BuilderModule) => known[module.id]?.[module.version]?.layerDiffID;
    const added = modules.filter((module) => module.kind === kind && before(module) !== module.layer.diffId);
    const inListedOrder = [...new Set(listed.map(moduleKey))];
    const replaced = added
      .filter((module) => before(module) !== undefined)
      .sort((a, b) => inListedOrder.indexOf(moduleKey(a)) - inListedOrder.indexOf(moduleKey(b)));
    const [grouped, alone] = [true, false].map((wanted) =>
      added.filter((module) => flattened.includes(moduleKey(module)) === wanted),
    );
    return [
      ...replaced.map(whiteout),
      ...[...(grouped ?? []), ...(alone ?? [])].flatMap((module) => once(module, added, done)),
    ];
  });
}

function once({ kind, layer }: BuilderModule, all: readonly BuilderModule[], done: Set<string>): PlannedLayer[] {
  if (done.has(layer.diffId)) return [];
  done.add(layer.diffId);
  const sharing = all.filter((module) => module.layer.diffId === layer.diffId).map(moduleKey);
  const what = kind === "buildpack" ? "Buildpack" : "Extension";
  return [{ title: `${what}${sharing.length > 1 ? "s" : ""} ${sharing.join(", ")}`, layer }];
}

/** A whiteout for files of the same version in the base image. It has no time, as in pack. */
function whiteout(module: BuilderModule): PlannedLayer {
  const path = `/cnb/${module.kind}s/${escapeBuildpackId(module.id)}/.wh.${module.version}`;
  const entry: TarEntry = { type: "file", path, mode: 0o644, uid: 0, gid: 0, mtime: 0, content: new Uint8Array() };
  return { title: `Removal of ${moduleKey(module)}`, entries: [entry] };
}
