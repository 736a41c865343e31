import type { Image, Layer } from "./image.ts";
import { platformOf } from "./image-platform.ts";
import type { ContainerConfig, HistoryEntry, ImageConfig, Platform } from "./spec.ts";

/**
 * The creation time recorded in a reproducible image, in RFC 3339. It equals {@link
 * normalizedMtime}.
 */
export const normalizedCreated = "1980-01-01T00:00:01Z";

/**
 * Creates an image without layers, like `FROM scratch`.
 *
 * @example `const image = emptyImage({ os: "linux", architecture: "amd64" })`
 */
export function emptyImage(platform: Platform): Image {
  const config = { created: normalizedCreated, ...platformOf(platform) };
  return { config: { ...config, config: {}, rootfs: { type: "layers", diff_ids: [] }, history: [] }, layers: [] };
}

/** A layer to append, with its history entry. */
export interface AppendedLayer {
  readonly layer: Layer;
  /**
   * The history entry. @default `{ created: "1980-01-01T00:00:01Z" }`, which is also the default of
   * `created`
   */
  readonly history?: HistoryEntry;
}

/**
 * Returns the image with more layers on top, in the given order.
 *
 * @example `mutate.appendLayers(image, [{ layer, history: { created_by: "Buildpack libcnb/nodejs@1.0.0" } }])`
 */
export function appendLayers(image: Image, added: readonly AppendedLayer[]): Image {
  const layers = [...image.layers, ...added.map(({ layer }) => layer)];
  const history = [
    ...completeHistory(image),
    ...added.map(({ history }) => ({ created: normalizedCreated, ...history })),
  ];
  return changed(image, {
    layers,
    config: { ...image.config, rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) }, history },
  });
}

/**
 * Returns the history with one non-empty entry per layer, because readers match the n-th non-empty
 * entry with the n-th layer. Missing entries are appended.
 */
export function completeHistory({ config, layers }: Image): readonly HistoryEntry[] {
  const history = config.history ?? [];
  const missing = layers.length - history.filter(({ empty_layer }) => empty_layer !== true).length;
  return [...history, ...Array.from({ length: Math.max(0, missing) }, () => ({ created: normalizedCreated }))];
}

/**
 * Returns the image with other container settings. Fields missing in the patch are kept, and a
 * field with the value `undefined` is removed.
 *
 * @example `mutate.config(image, { User: "1001:1000", WorkingDir: "/layers" })`
 */
export function withConfig(
  image: Image,
  patch: { readonly [Field in keyof ContainerConfig]?: ContainerConfig[Field] | undefined },
): Image {
  const merged = Object.entries({ ...image.config.config, ...patch }).filter(([, value]) => value !== undefined);
  return changed(image, { config: { ...image.config, config: Object.fromEntries(merged) } });
}

/**
 * Returns the image with more labels; existing ones of the same name are replaced.
 *
 * @example `mutate.labels(image, { "io.buildpacks.base.distro.name": "debian" })`
 */
export const withLabels = (image: Image, labels: Readonly<Record<string, string>>): Image =>
  withConfig(image, { Labels: { ...labelsOf(image), ...labels } });

/**
 * Returns the image with more environment variables; existing ones of the same name are replaced in
 * position.
 *
 * @example `mutate.env(image, { LANG: "C.UTF-8" })`
 */
export function withEnv(image: Image, variables: Readonly<Record<string, string>>): Image {
  const before = (image.config.config?.Env ?? []).map(variable);
  const kept = before.map(([name, value]) => [name, Object.hasOwn(variables, name) ? variables[name] : value]);
  const added = Object.entries(variables).filter(([name]) => before.every(([other]) => other !== name));
  return withConfig(image, { Env: [...kept, ...added].map(([name, value]) => `${name}=${value}`) });
}

/**
 * Returns the image with more annotations on its manifest; existing ones of the same name are
 * replaced.
 *
 * @example `mutate.annotations(image, { "org.opencontainers.image.revision": text })`
 */
export const withAnnotations = (image: Image, annotations: Readonly<Record<string, string>>): Image => ({
  ...changed(image, {}),
  annotations: { ...image.annotations, ...annotations },
});

/**
 * Returns the image with another creation time, in RFC 3339.
 *
 * @example `mutate.createdAt(image, new Date(Number(env["SOURCE_DATE_EPOCH"]) * 1000).toISOString())`
 */
export const withCreated = (image: Image, iso: string): Image =>
  changed(image, { config: { ...image.config, created: iso } });

/**
 * Returns the labels of an image; empty if it has none.
 *
 * @example `labelsOf(image)["io.buildpacks.builder.metadata"]`
 */
export const labelsOf = (image: Image): Readonly<Record<string, string>> => image.config.config?.Labels ?? {};

/**
 * Returns the environment variables of an image. The last of duplicate variables takes precedence,
 * as for a process.
 *
 * @example `envOf(image)["CNB_USER_ID"]`
 */
export const envOf = (image: Image): Record<string, string> =>
  Object.fromEntries((image.config.config?.Env ?? []).map(variable));

/** Only the first "=" divides: values may hold more of them. */
function variable(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** A new view without the raw bytes, which describe the old one. */
function changed(
  { raw: _raw, ...image }: Image,
  change: { readonly config?: ImageConfig; readonly layers?: readonly Layer[] },
): Image {
  return { ...image, ...change };
}
