import type { Image, Layer } from "./image.ts";
import { platformOf } from "./image-platform.ts";
import type { ContainerConfig, HistoryEntry, ImageConfig, Platform } from "./spec.ts";

/** The creation time of everything in a reproducible image, as text: see {@link normalizedMtime}. */
export const normalizedCreated = "1980-01-01T00:00:01Z";

/**
 * An image without layers, like `FROM scratch`.
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
  /** @default `{ created: "1980-01-01T00:00:01Z" }`, also the default of its `created`. */
  readonly history?: HistoryEntry;
}

/**
 * The image with more layers on top, in the given order.
 *
 * @example `appendLayers(image, [{ layer, history: { created_by: "Buildpack libcnb/nodejs@1.0.0" } }])`
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
 * Completes the history: readers match the n-th non-empty entry with the n-th layer, so an image
 * without history gets one first.
 */
export function completeHistory({ config, layers }: Image): readonly HistoryEntry[] {
  const history = config.history ?? [];
  const missing = layers.length - history.filter(({ empty_layer }) => empty_layer !== true).length;
  return [...history, ...Array.from({ length: Math.max(0, missing) }, () => ({ created: normalizedCreated }))];
}

/**
 * The image with other container settings. Fields missing in the patch stay; `undefined` removes
 * one.
 *
 * @example `withConfig(image, { User: "1001:1000", WorkingDir: "/layers" })`
 */
export function withConfig(
  image: Image,
  patch: { readonly [Field in keyof ContainerConfig]?: ContainerConfig[Field] | undefined },
): Image {
  const merged = Object.entries({ ...image.config.config, ...patch }).filter(([, value]) => value !== undefined);
  return changed(image, { config: { ...image.config, config: Object.fromEntries(merged) } });
}

/**
 * The image with more labels; existing ones of the same name are replaced.
 *
 * @example `withLabels(image, { "io.buildpacks.base.distro.name": "debian" })`
 */
export const withLabels = (image: Image, labels: Readonly<Record<string, string>>): Image =>
  withConfig(image, { Labels: { ...labelsOf(image), ...labels } });

/**
 * The image with more environment variables; existing ones of the same name are replaced in
 * position.
 *
 * @example `withEnv(image, { LANG: "C.UTF-8" })`
 */
export function withEnv(image: Image, variables: Readonly<Record<string, string>>): Image {
  const before = (image.config.config?.Env ?? []).map(variable);
  const kept = before.map(([name, value]) => [name, Object.hasOwn(variables, name) ? variables[name] : value]);
  const added = Object.entries(variables).filter(([name]) => before.every(([other]) => other !== name));
  return withConfig(image, { Env: [...kept, ...added].map(([name, value]) => `${name}=${value}`) });
}

/**
 * The image with more annotations on its manifest; existing ones of the same name are replaced.
 *
 * @example `withAnnotations(image, { "org.opencontainers.image.revision": text })`
 */
export const withAnnotations = (image: Image, annotations: Readonly<Record<string, string>>): Image => ({
  ...changed(image, {}),
  annotations: { ...image.annotations, ...annotations },
});

/**
 * The image with another creation time, in RFC 3339.
 *
 * @example `withCreated(image, new Date(Number(env["SOURCE_DATE_EPOCH"]) * 1000).toISOString())`
 */
export const withCreated = (image: Image, iso: string): Image =>
  changed(image, { config: { ...image.config, created: iso } });

/**
 * The labels of an image; empty when it has none.
 *
 * @example `labelsOf(image)["io.buildpacks.builder.metadata"]`
 */
export const labelsOf = (image: Image): Readonly<Record<string, string>> => image.config.config?.Labels ?? {};

/**
 * The environment of an image. The last of duplicate variables takes precedence, as for a process.
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
