import type { RegistryOptions } from "../oci/registry-options.ts";
import type { VerifyRule } from "./verify-rules.ts";

/** The registry settings that flags, environment variables and configuration files can contain. */
export type RegistrySettings = Pick<RegistryOptions, "logins"> &
  Required<Pick<RegistryOptions, "insecure" | "caCertificates" | "mirrors">> & {
    /** The signatures that the configuration file requires of images. */
    readonly verify?: readonly VerifyRule[] | undefined;
  };

/** Mirrors by registry host. The key `*` applies to all registries. */
export type Mirrors = Readonly<Record<string, readonly string[]>>;
