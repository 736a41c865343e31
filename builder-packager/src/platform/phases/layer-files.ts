import { nameOf } from "libcnb/internal";
import type { Group, GroupElement } from "libcnb/lifecycle-rules";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { byName } from "../../files/file-name.ts";
import { type LayerToml, noLayerToml, parseLayerToml, parseStoreToml, type StoreToml } from "../formats/layer-toml.ts";
import { buildpackLayers } from "../paths.ts";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";
import { checkLayerName } from "./layer-name.ts";

/** A layer in a buildpack's layers directory after the build. */
export interface BuiltLayer extends LayerToml {
  readonly buildpack: GroupElement;
  readonly name: string;
  /** The path of the layer inside the sandbox and in the image. */
  readonly path: string;
  /**
   * The path of the layer's directory on the host; absent if the buildpack only wrote
   * `<layer>.toml`.
   */
  readonly hostPath?: string;
}

/** The layers and store.toml in one buildpack's layers directory. */
export interface BuiltLayers {
  readonly buildpack: GroupElement;
  /** The layers, sorted by name. */
  readonly layers: readonly BuiltLayer[];
  readonly store?: StoreToml;
}

/**
 * Reads the layers of all buildpacks of the group. Throws EXPORT_FAILED for an unreadable
 * `<layer>.toml`.
 */
export async function readBuiltLayers(files: SandboxFiles, group: Group): Promise<readonly BuiltLayers[]> {
  const built: BuiltLayers[] = [];
  for (const buildpack of group) {
    built.push(
      await readLayersOf(files, buildpack).catch((cause) => {
        throw new CnbError("EXPORT_FAILED", `cannot read the layers of buildpack ${nameOf(buildpack)}`, {
          cause,
          hint: "Contact the buildpack's author.",
        });
      }),
    );
  }
  return built;
}

/** Files of a buildpack's layers directory that describe no layer. */
const notLayers = new Set(["store.toml", "launch.toml", "build.toml"]);

async function readLayersOf(files: SandboxFiles, buildpack: GroupElement): Promise<BuiltLayers> {
  const dir = buildpackLayers(buildpack.id);
  const names = await files.list(dir);
  const layers = new Map<string, BuiltLayer>();
  for (const file of [...names].sort(byName)) {
    const isDirectory = (await files.lstat(`${dir}/${file}`))?.isDirectory ?? false;
    const isToml = !isDirectory && file.endsWith(".toml") && !notLayers.has(file);
    const name = isToml ? file.slice(0, -".toml".length) : file;
    checkLayerName(name, file);
    if (!layers.has(name) && (isToml || isDirectory)) layers.set(name, await readLayer(files, buildpack, name));
  }
  const store = await readStore(files, `${dir}/store.toml`);
  const sorted = [...layers.values()].sort((one, other) => byName(one.name, other.name));
  return { buildpack, layers: sorted, ...defined({ store }) };
}

/**
 * Reads store.toml. A directory of this name is a layer. A dangling link is an error, as in the
 * lifecycle.
 */
async function readStore(files: SandboxFiles, path: string): Promise<StoreToml | undefined> {
  const entry = await files.lstat(path);
  if (entry === undefined || entry.isDirectory) return undefined;
  const text = await files.readText(path);
  if (text === undefined) throw new Error(`${path} is a broken symbolic link`);
  return parseStoreToml(text, "store.toml");
}

async function readLayer(files: SandboxFiles, buildpack: GroupElement, name: string): Promise<BuiltLayer> {
  const path = `${buildpackLayers(buildpack.id)}/${name}`;
  const text = await files.readText(`${path}.toml`);
  await files.readText(`${path}.sha`); // an earlier form of metadata: the lifecycle does not use it, and fails if it cannot be read
  const hostPath = await contentsOf(files, path);
  const toml = text === undefined ? noLayerToml : parseLayerToml(text, `${name}.toml`);
  return { ...toml, buildpack, name, path, ...defined({ hostPath: hostPath || undefined }) };
}

/**
 * The path of the layer's directory entry. It is not resolved: if a buildpack created a link
 * instead of a directory, the layer is that link. A dangling link counts as no contents; any other
 * link that cannot be followed counts as contents.
 */
async function contentsOf(files: SandboxFiles, path: string): Promise<string | undefined> {
  const isPresent = await files.stat(path).then(
    (found) => found !== undefined,
    () => true,
  );
  return isPresent ? (await files.lstat(path))?.hostPath : undefined;
}
