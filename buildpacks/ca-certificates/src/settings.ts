import { boolean, type Config, optional } from "libcnb";

/** The user's settings, with Paketo's names; declared in buildpack.toml. */
export const settings = {
  BP_EMBED_CERTS: boolean,
  BP_ENABLE_RUNTIME_CERT_BINDING: optional(boolean),
  BP_RUNTIME_CERT_BINDING_DISABLED: optional(boolean),
};

export type Settings = Config<typeof settings>;

/**
 * True if containers trust the certificates of their own bindings at launch; `undefined` if not
 * set.
 */
export function atLaunch({
  BP_ENABLE_RUNTIME_CERT_BINDING,
  BP_RUNTIME_CERT_BINDING_DISABLED,
}: Settings): boolean | undefined {
  if (BP_RUNTIME_CERT_BINDING_DISABLED !== undefined) return !BP_RUNTIME_CERT_BINDING_DISABLED;
  return BP_ENABLE_RUNTIME_CERT_BINDING;
}

/** The type of binding, as Paketo's users know it. */
export const bindingType = "ca-certificates";
