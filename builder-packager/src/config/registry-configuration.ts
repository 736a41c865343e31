import type { RegistryOptions } from "../oci/registry-options.ts";
import type { VerifyRule } from "./verification/verify-rules.ts";

/** The registry settings that flags, environment variables and configuration files can contain. */
export type RegistrySettings = Pick<RegistryOptions, "logins" | "authFile" | "runImageMirrors"> &
  Required<Pick<RegistryOptions, "insecure" | "caCertificates" | "mirrors">> & {
    /** The signatures that the configuration file requires of images. */
    readonly verify?: readonly VerifyRule[] | undefined;
  };

/** The settings in cnb's configuration file. */
export interface UserSettings extends RegistrySettings {
  /** The builder of builds that name none. */
  readonly defaultBuilder?: string | undefined;
  readonly cacheDir?: string | undefined;
  /** The maximum size of the cache, in the form of LIBCNB_CACHE_SIZE. */
  readonly cacheSize?: string | undefined;
}

/** Mirrors by registry host. The key `*` applies to all registries. */
export type Mirrors = Readonly<Record<string, readonly string[]>>;
