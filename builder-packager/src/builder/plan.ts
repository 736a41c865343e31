import { escapeBuildpackId } from "libcnb/spec";
import type { ModuleLayers } from "../config/module-labels.ts";
import { nameOf } from "../lifecycle/archive.ts";
import type { Lifecycle } from "../lifecycle/source.ts";
import type { Layer } from "../oci/image.ts";
import type { TarEntry } from "../tar/entry.ts";
import type { BuildImageFacts } from "./base-image.ts";
import type { BuilderToml } from "./builder-toml.ts";
import { buildConfigEntries, orderToml, runToml, stackToml, systemToml } from "./files.ts";
import { type BuilderModule, moduleKey } from "./module.ts";
import type { ResolvedOrder } from "./order.ts";
import type { NamedRunImage } from "./validate.ts";

/** A layer to be: files to pack, or one that a buildpackage brings. */
export type PlannedLayer = { readonly title: string } & (
  | { readonly entries: readonly TarEntry[] }
  | { readonly layer: Layer }
);

export interface PlanInputs {
  readonly config: BuilderToml;
  readonly base: BuildImageFacts;
  readonly lifecycle: Lifecycle;
  /** Sorted by key. */
  readonly modules: readonly BuilderModule[];
  readonly order: ResolvedOrder;
  readonly runImages: readonly NamedRunImage[];
  readonly baseModules: { readonly buildpack: ModuleLayers; readonly extension: ModuleLayers };
}

/**
 * The layers of a builder above its build image, in pack's order.
 */
export function planLayers(inputs: PlanInputs): PlannedLayer[] {
  const { config, base, lifecycle, modules, order, runImages, baseModules } = inputs;
  const buildConfig = buildConfigEntries(config.buildEnv);
  return [
    { title: "Directories", entries: directories(base) },
    { title: `Lifecycle ${lifecycle.version}`, entries: lifecycleEntries(lifecycle) },
    ...moduleLayers(modules, "buildpack", baseModules.buildpack),
    ...moduleLayers(modules, "extension", baseModules.extension),
    { title: "Order", entries: [orderToml(order)] },
    ...(order.system ? [{ title: "System buildpacks", entries: [systemToml(order.system)] }] : []),
    { title: "Stack", entries: [stackToml(runImages)] },
    { title: "Run images", entries: [runToml(runImages)] },
    ...(buildConfig.length > 0 ? [{ title: "Build configuration", entries: buildConfig }] : []),
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

/** Everything one level below the archive's folder; its lifecycle.toml goes into the labels instead. */
function lifecycleEntries({ entries }: Lifecycle): TarEntry[] {
  const files = entries.flatMap((entry) => {
    const name = /^[^/]+\/([^/]+)$/.exec(nameOf(entry))?.[1];
    if (name === undefined || entry.type === "directory") return [];
    const target = entry.type === "hardlink" ? { target: entry.target.replace(/^.*\//, "/cnb/lifecycle/") } : {};
    return [{ ...entry, ...target, path: `/cnb/lifecycle/${name}` }];
  });
  return [
    directory("/cnb/lifecycle", 0, 0),
    ...files,
    { type: "symlink", path: "/lifecycle", target: "/cnb/lifecycle", mode: 0o644, uid: 0, gid: 0 },
  ];
}

/** A layer that several modules share appears once, where the first of them belongs. */
function moduleLayers(all: readonly BuilderModule[], kind: BuilderModule["kind"], base: ModuleLayers): PlannedLayer[] {
  const modules = all.filter((module) => module.kind === kind);
  return [...Map.groupBy(modules, ({ layer }) => layer.diffId).values()].flatMap((sharing) => {
    const [first] = sharing;
    if (!first) return [];
    const replaced = sharing.filter(({ id, version, layer }) => {
      const before = base[id]?.[version]?.layerDiffID;
      return before !== undefined && before !== layer.diffId;
    });
    const what = kind === "buildpack" ? "Buildpack" : "Extension";
    const title = `${what}${sharing.length > 1 ? "s" : ""} ${sharing.map(moduleKey).join(", ")}`;
    return [...whiteouts(replaced), { title, layer: first.layer }];
  });
}

/** Files of the version that the base image holds must not shine through. */
function whiteouts(replaced: readonly BuilderModule[]): PlannedLayer[] {
  if (replaced.length === 0) return [];
  const entries = replaced.map(({ kind, id, version }): TarEntry => {
    const path = `/cnb/${kind}s/${escapeBuildpackId(id)}/.wh.${version}`;
    return { type: "file", path, mode: 0o644, uid: 0, gid: 0, content: new Uint8Array() };
  });
  return [{ title: `Removal of ${replaced.map(moduleKey).join(", ")}`, entries }];
}
