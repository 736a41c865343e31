import type { RegistryOptions } from "../oci/registry-options.ts";

/** The settings of registries in flags, environment variables and configuration files. */
export type RegistrySettings = Pick<RegistryOptions, "logins"> &
  Required<Pick<RegistryOptions, "insecure" | "caCertificates" | "mirrors">>;

/** Mirrors by registry host, or `*` for all. */
export type Mirrors = Readonly<Record<string, readonly string[]>>;
