import { readFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import { gunzipSync, gzipSync } from "node:zlib";

/**
 * Yarn's record of an installation: each resolved package, with extensions, resolutions and peers
 * applied.
 */
export interface InstallState {
  readonly storedPackages: ReadonlyMap<string, StoredPackage>;
  /** Digest of a descriptor to that of the locator that it got. */
  readonly storedResolutions: ReadonlyMap<string, string>;
  /** Packages for other systems, which are not installed; Yarn 2 installs all. */
  readonly disabledLocators?: ReadonlySet<string>;
}

/**
 * A package by its locator. One with location-dependent peers is stored for each location, as
 * `virtual:…#npm:1.0.0`.
 */
export interface StoredPackage {
  readonly locatorHash: string;
  readonly scope: string | null;
  readonly name: string;
  readonly reference: string;
  readonly version: string | null;
  readonly linkType: string;
  /** Dependencies by digest of the name; for a virtual package including its peers. */
  readonly dependencies: ReadonlyMap<string, Descriptor>;
  readonly peerDependencies: ReadonlyMap<string, Descriptor>;
  readonly dependenciesMeta: ReadonlyMap<string, ReadonlyMap<string | null, { readonly optional?: boolean }>>;
}

export interface Descriptor {
  readonly scope: string | null;
  readonly name: string;
  readonly range: string;
  readonly descriptorHash: string;
}

/** Reads `.yarn/install-state.gz`, gzipped values in V8's serialization format since Yarn 2. */
export const readInstallState = (path: string): InstallState => deserialize(gunzipSync(readFileSync(path)));

/** Normalizes the state, because Yarn stores packages in the order of arrival. */
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
