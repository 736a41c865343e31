import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { gunzipSync, gzipSync } from "node:zlib";

/**
 * Yarn's record of an installation. The record contains each resolved package, after extensions,
 * resolutions and peer dependencies are applied.
 */
export interface InstallState {
  readonly storedPackages: ReadonlyMap<string, StoredPackage>;
  /** The digest of each descriptor, mapped to the digest of the locator that it resolves to. */
  readonly storedResolutions: ReadonlyMap<string, string>;
  /** Packages for other systems, which are not installed. Yarn 2 installs all packages. */
  readonly disabledLocators?: ReadonlySet<string>;
}

/**
 * A package by its locator. A package with location-dependent peers is stored once for each
 * location, as `virtual:…#npm:1.0.0`.
 */
export interface StoredPackage {
  readonly locatorHash: string;
  readonly scope: string | null;
  readonly name: string;
  readonly reference: string;
  readonly version: string | null;
  readonly linkType: string;
  /**
   * The dependencies by the digest of their name. The dependencies of a virtual package include its
   * peers.
   */
  readonly dependencies: ReadonlyMap<string, Descriptor>;
  readonly peerDependencies: ReadonlyMap<string, Descriptor>;
  readonly dependenciesMeta: ReadonlyMap<string, ReadonlyMap<string | null, { readonly optional?: boolean }>>;
}

interface Descriptor {
  readonly scope: string | null;
  readonly name: string;
  readonly range: string;
  readonly descriptorHash: string;
}

/**
 * Reads `.yarn/install-state.gz`. Since Yarn 2, the file contains gzipped values in V8's
 * serialization format.
 */
export const readInstallState = (path: string): InstallState => deserialize(gunzipSync(readFileSync(path)));

/**
 * Normalizes Yarn's record of an installation, because Yarn stores packages in the order in which
 * they are downloaded.
 */
export const canonicalState = (bytes: Uint8Array): Uint8Array =>
  gzipSync(serialize(sorted(deserialize(gunzipSync(bytes)))));

/** Sorts where the order means nothing. New objects throughout: which of them were shared would be part of the bytes. */
function sorted(value: unknown): unknown {
  if (value instanceof Map)
    return new Map([...value].map(([key, each]) => [key, sorted(each)] as const).toSorted(byText));
  if (value instanceof Set)
    return new Set(
      [...value]
        .map((each) => [each])
        .toSorted(byText)
        .flat(),
    );
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, sorted(each)]));
}

const byText = ([a]: readonly unknown[], [b]: readonly unknown[]): number => (String(a) < String(b) ? -1 : 1);

/** A package in `.yarn-state.yml`, the record of the linker `node-modules`. */
interface InstalledPackage {
  readonly locator: string;
  /** The directories, relative to the project. */
  readonly paths: readonly string[];
}

/**
 * Reads Yarn's record of the packages in `node_modules`. Returns `undefined` if Yarn used a linker
 * other than `node-modules`.
 */
export function readModulesState(root: string): readonly InstalledPackage[] | undefined {
  const file = join(root, stateFile);
  return existsSync(file)
    ? blocksOf(readFileSync(file, "utf8")).flatMap(({ installed }) => installed ?? [])
    : undefined;
}

/** Removes all packages except `kept` from Yarn's record `.yarn-state.yml`. */
export function keepInModulesState(root: string, kept: ReadonlySet<string>): void {
  const file = join(root, stateFile);
  const blocks = blocksOf(readFileSync(file, "utf8"));
  const remaining = blocks.filter(({ installed }) => installed === undefined || kept.has(installed.locator));
  writeFileSync(file, remaining.map(({ text }) => text).join("\n"));
}

const stateFile = "node_modules/.yarn-state.yml";

const blocksOf = (
  state: string,
): readonly { readonly text: string; readonly installed: InstalledPackage | undefined }[] =>
  state.split(/\n(?=\S)/).map((text) => {
    const [, locator] = /^"(.+)":/.exec(text) ?? [];
    const paths = [...text.matchAll(/^ {4}- "(.+)"$/gm)].map(([, path = ""]) => path);
    return { text, installed: locator === undefined ? undefined : { locator, paths } };
  });
