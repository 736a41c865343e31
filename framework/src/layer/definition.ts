import { LibcnbError } from "../errors.ts";
import type { LayerTypes } from "../spec/layer-toml.ts";
import { checkLayerName } from "../spec/names.ts";
import { anyTable, type Table } from "../spec/schemas/schema.ts";
import type { Schema } from "../spec/schemas/standard-schema.ts";
import type { Migration } from "./migration.ts";

/**
 * The extent to which the next build can reuse a layer. `restored`: the contents and the metadata
 * are restored. `reused`: only the metadata is restored, and the layer of the previous image can be
 * reused. `nothing`: every build recreates the layer.
 */
export type Reuse = "restored" | "reused" | "nothing";

/**
 * A layer that a buildpack can provide: its name, its types, and the schema of the metadata that is
 * its cache key.
 */
export interface LayerDefinition<Metadata, K extends Reuse = Reuse> {
  /**
   * The name of the layer's directory. If there is an order, it is part of the name (`10-node`).
   */
  readonly name: string;
  readonly order: number | undefined;
  readonly types: LayerTypes;
  readonly metadata: Schema<Metadata>;
  readonly migrations: readonly Migration<Metadata>[];
  readonly kept: K;
}

/** Options that all kinds of layers have. */
export interface LayerOrder {
  /**
   * The layer's position among those of this buildpack, 0 to 99. The lifecycle sorts layers by
   * name, so the order becomes part of the name: `10-node`. The layer with the highest order is
   * applied last, so its directories come first in PATH and its overrides take precedence. Without
   * an order, layers are sorted only by name.
   */
  readonly order?: number;
}

/**
 * Options of a layer that later builds can reuse. The layer's metadata must declare everything that
 * its contents depend on.
 */
export interface KeptLayerOptions<Metadata> extends LayerOrder {
  /**
   * The schema of the metadata, which is the cache key. It must have at least one field. For
   * contents that never become stale, use a format version.
   */
  readonly metadata: Schema<Metadata>;
  /**
   * Migrations for layers of older buildpack versions. The migrations are tried in order if
   * restored metadata does not match `metadata`.
   */
  readonly migrations?: readonly Migration<NoInfer<Metadata>>[];
}

/**
 * Defines a layer that is cached for the next build. The layer is restored with its contents if its
 * metadata equals the requested metadata, and recreated otherwise.
 *
 * @throws LibcnbError NAME_INVALID, LAYER_INVALID
 * @example `cachedLayer("runtime", { build: true, launch: true, metadata: s.table({ version: s.string, arch: s.string }) })`
 */
export function cachedLayer<Metadata extends Table>(
  name: string,
  {
    build = false,
    launch = false,
    ...options
  }: KeptLayerOptions<Metadata> & { readonly build?: boolean; readonly launch?: boolean },
): LayerDefinition<Metadata, "restored"> {
  return define(name, "restored", { build, launch, cache: true }, options);
}

/**
 * Defines a layer that is only in the image. If its metadata equals the requested one, the layer of
 * the previous image is reused. Nothing is then created, downloaded or exported, because the
 * specification only restores the metadata of such a layer, not its contents.
 *
 * @throws LibcnbError NAME_INVALID, LAYER_INVALID
 * @example `launchLayer("agent", { metadata: s.table({ version: s.string }) })`
 */
export function launchLayer<Metadata extends Table>(
  name: string,
  options: KeptLayerOptions<Metadata>,
): LayerDefinition<Metadata, "reused"> {
  return define(name, "reused", { build: false, launch: true, cache: false }, options);
}

/**
 * Defines a layer that every build recreates. By default, it is only for later buildpacks. Without
 * any type, it is a working directory.
 *
 * @throws LibcnbError NAME_INVALID, LAYER_INVALID
 * @example `temporaryLayer("npmrc")`
 */
export function temporaryLayer(
  name: string,
  { build = true, launch = false, ...order }: LayerOrder & { readonly build?: boolean; readonly launch?: boolean } = {},
): LayerDefinition<Table, "nothing"> {
  return define(name, "nothing", { build, launch, cache: false }, { ...order, metadata: anyTable });
}

function define<Metadata, K extends Reuse>(
  name: string,
  kept: K,
  types: LayerTypes,
  { order, metadata, migrations = [] }: KeptLayerOptions<Metadata>,
): LayerDefinition<Metadata, K> {
  return { name: orderedName(checkLayerName(name), order), order, types, metadata, migrations, kept };
}

// Always two digits, because as text, "10" sorts before "9".
function orderedName(name: string, order: number | undefined): string {
  if (order === undefined) return name;
  if (Number.isInteger(order) && order >= 0 && order <= 99) return `${String(order).padStart(2, "0")}-${name}`;
  throw new LibcnbError(
    "LAYER_INVALID",
    `layer ${JSON.stringify(name)} has the order ${order}, which is not a whole number from 0 to 99`,
    {
      hint: "Set order to a whole number from 0 to 99.",
    },
  );
}
