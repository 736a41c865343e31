import { type Config, s } from "libcnb";

/**
 * The user's settings, which are declared in buildpack.toml. The names are those of Paketo's
 * buildpack.
 */
export const settings = {
  BP_EMBED_CERTS: s.boolean,
  BP_ENABLE_RUNTIME_CERT_BINDING: s.optional(s.boolean),
  BP_RUNTIME_CERT_BINDING_DISABLED: s.optional(s.boolean),
};

export type Settings = Config<typeof settings>;

/**
 * True if containers are to trust the certificates of their own bindings at launch; `undefined` if
 * the user did not set this.
 */
export function atLaunch({
  BP_ENABLE_RUNTIME_CERT_BINDING,
  BP_RUNTIME_CERT_BINDING_DISABLED,
}: Settings): boolean | undefined {
  if (BP_RUNTIME_CERT_BINDING_DISABLED !== undefined) return !BP_RUNTIME_CERT_BINDING_DISABLED;
  return BP_ENABLE_RUNTIME_CERT_BINDING;
}
