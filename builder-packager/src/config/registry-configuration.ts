import type { RegistryOptions } from "../oci/registry-options.ts";

/** The registry settings that flags, environment variables and configuration files can contain. */
export type RegistrySettings = Pick<RegistryOptions, "logins"> &
  Required<Pick<RegistryOptions, "insecure" | "caCertificates" | "mirrors">>;

/** Mirrors by registry host. The key `*` applies to all registries. */
export type Mirrors = Readonly<Record<string, readonly string[]>>;
