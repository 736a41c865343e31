import type { BuildpackToml } from "../buildpack-toml.ts";
import type { Table } from "../schemas/schema.ts";

/*
 * A descriptor that was parsed and validated when the buildpack was packaged. Parsing TOML takes most of the time of a detect on
 * the small engine: 100 million instructions for 16 KB.
 */

/**
 * A function that returns the text of a file that the packager has put into the program; undefined
 * if there is no file with that name.
 */
export type ReadAsset = (name: string) => string | undefined;

const assetNames = (id: string) => ({
  text: `${id}/descriptor.toml`,
  parsed: `${id}/descriptor.json`,
  dependencies: `${id}/dependencies.json`,
});

/**
 * Creates the files for a program from which {@link packagedDescriptor} reads a descriptor. Returns
 * no files if JSON cannot represent the descriptor.
 *
 * @param text the text of the descriptor's file
 * @example
 * `descriptorAssets(text, parseBuildpackToml(text, "buildpack.toml"))["me/hello/descriptor.json"]`
 */
export function descriptorAssets(text: Uint8Array, descriptor: BuildpackToml): Readonly<Record<string, string>> {
  if (!isJson(descriptor)) return {};
  const names = assetNames(descriptor.buildpack.id);
  const { dependencies, ...metadata } = descriptor.metadata;
  const assets = {
    [names.text]: new TextDecoder().decode(text),
    [names.parsed]: JSON.stringify({ ...descriptor, metadata }),
  };
  if (dependencies === undefined) return assets;
  return { ...assets, [names.dependencies]: JSON.stringify(dependencies) };
}

/** TOML has integers and numbers that JSON lacks. */
function isJson(value: unknown): boolean {
  if (typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value))) return false;
  return typeof value !== "object" || value === null || Object.values(value).every(isJson);
}

/**
 * Returns the descriptor that the packager has already parsed. Returns undefined if there is none,
 * or if the file has changed since it was packaged.
 *
 * @param source the content of the descriptor's file
 */
export function packagedDescriptor(source: Uint8Array, read: ReadAsset): BuildpackToml | undefined {
  const text = new TextDecoder().decode(source);
  const [, id] = /^[ \t]*id[ \t]*=[ \t]*["']([^"']+)["']/m.exec(text) ?? [];
  if (id === undefined) return undefined;
  const names = assetNames(id);
  if (read(names.text) !== text) return undefined;
  const parsed = read(names.parsed);
  if (parsed === undefined) return undefined;
  const descriptor: BuildpackToml = JSON.parse(parsed);
  const metadata = withoutPrototypes(descriptor.metadata) as Record<string, unknown>;
  const dependencies = read(names.dependencies);
  if (dependencies !== undefined) {
    let all: unknown;
    const get = () => {
      all ??= withoutPrototypes(JSON.parse(dependencies));
      return all;
    };
    Object.defineProperty(metadata, "dependencies", { get, enumerable: true });
  }
  return { ...descriptor, metadata };
}

/** Tables of TOML have no prototype, so that a key such as `constructor` is only a key. */
function withoutPrototypes(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutPrototypes);
  const table: Table = Object.create(null);
  for (const [key, item] of Object.entries(value)) (table as Record<string, unknown>)[key] = withoutPrototypes(item);
  return table;
}
