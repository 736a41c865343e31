import type { Digest } from "./model/digest.ts";
import type { ImageReference } from "./model/reference.ts";

/** Options for accessing registries. */
export interface RegistryOptions {
  /**
   * The environment variables with credentials, proxies and certificates. Without them, all access
   * is anonymous and direct.
   */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Hosts (with port) that may be accessed by plain http or with self-signed certificates. Loopback
   * addresses are always included.
   */
  readonly insecure?: readonly string[];
  /** Paths of PEM files with additional trusted CA certificates. */
  readonly caCertificates?: readonly string[];
  /**
   * Mirrors by host (`docker.io`, or `*` for all), each `HOST[:PORT][/PREFIX]`. Content is read
   * from the mirrors first. Content that they lack is read from the registry itself, and writes
   * always go to the registry.
   */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Logins by registry or namespace. They take precedence over the files of docker and podman. */
  readonly logins?: Readonly<Record<string, RegistryLogin>> | undefined;
  /**
   * A file with logins in the format of docker's config.json, which must exist. It takes precedence
   * over the files of docker and podman.
   */
  readonly authFile?: string | undefined;
  /**
   * The user's mirrors of run images, by the name of the run image. They are tried before the name
   * and the mirrors that a builder or an app image records.
   */
  readonly runImageMirrors?: Readonly<Record<string, readonly string[]>> | undefined;
  readonly signal?: AbortSignal;
  /** The number of concurrent blob transfers. @default 4 */
  readonly concurrency?: number;
  /**
   * The maximum number of bytes in one upload request. A larger blob is sent in several requests,
   * so that an interruption affects only one of them. @default 64 MiB
   */
  readonly chunkSize?: number;
  /**
   * The idle timeout of a blob transfer in milliseconds: the connection is closed when no byte has
   * arrived for this time, or with fewer than 512 bytes per second. @default 60_000
   */
  readonly idleTimeout?: number;
  /**
   * The time limit for receiving a complete manifest, token or page of a list, in milliseconds.
   * @default 30_000
   */
  readonly documentTimeout?: number;
  /** Called with the name of a registry's host if it does not respond for 5 s. */
  readonly waiting?: (host: string) => void;
  /** Called once with each warning of a registry (the header `Warning`). */
  readonly warn?: (text: string) => void;
  /** The clock, which tests can replace to advance the time. */
  readonly clock?: Clock;
  /**
   * Called before an image is read, also from a layout or an archive. Returns the digests of the
   * manifests and indexes that may be used; undefined to use any. Throws to refuse the image.
   */
  readonly admit?: ImageAdmission | undefined;
  /** Called with the digest of the manifest of each image that was read. */
  readonly used?: ((reference: ImageReference, digest: Digest) => void) | undefined;
  /** Called with each buildpack or extension that was read from another location than an image. */
  readonly usedModule?: ((module: UsedModule) => void) | undefined;
}

/** A buildpack or extension that was not read from an image, and the digest of its content. */
export type UsedModule =
  /** A downloaded file. */
  | { readonly kind: "url"; readonly url: string; readonly digest: Digest }
  /** An archive of a directory on this machine. */
  | { readonly kind: "archive"; readonly file: string; readonly digest: Digest }
  /** A directory: its name is the kind with id and version, and the digest that of its layer (uncompressed). */
  | { readonly kind: "directory"; readonly name: string; readonly digest: Digest };

/** Decides which manifests of an image may be used. */
export type ImageAdmission = (reference: ImageReference) => Promise<readonly Digest[] | undefined>;

/**
 * For options that {@link withSameAccess} returned: the options whose connections and tokens they
 * share.
 */
const accesses = new WeakMap<RegistryOptions, RegistryOptions>();

/**
 * Returns a copy of `registry` with `changes`. Operations with the copy and operations with
 * `registry` share connections, tokens and resolved addresses. Sharing is required because a token
 * server may accept a refresh token only once.
 */
export function withSameAccess(
  registry: RegistryOptions,
  changes: Pick<RegistryOptions, "admit" | "used" | "usedModule" | "concurrency" | "signal">,
): RegistryOptions {
  const copy = { ...registry, ...changes };
  accesses.set(copy, accessOf(registry));
  return copy;
}

/**
 * Returns the options object that is the key for stored connections and tokens: `registry` itself,
 * or the object from which {@link withSameAccess} copied it.
 */
export const accessOf = (registry: RegistryOptions): RegistryOptions => accesses.get(registry) ?? registry;

/**
 * Returns the options for images that the command itself wrote or changes, such as the previous
 * image of a build. They are read without verification, and are not recorded as used.
 */
export const ownImages = (registry: RegistryOptions): RegistryOptions =>
  withSameAccess(registry, { admit: undefined, used: undefined, usedModule: undefined });

/** Credentials for a registry; `helper` names a program `docker-credential-…`. */
export type RegistryLogin =
  | { readonly username: string; readonly password: string }
  | { readonly identityToken: string }
  | { readonly helper: string };

/** A source of the current time and of delays. */
export interface Clock {
  /** Returns the current time in milliseconds since 1970. */
  now(): number;
  /** Waits for `ms` milliseconds. Rejects with an AbortError if the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
