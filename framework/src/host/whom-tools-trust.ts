import type { PhaseContext } from "../context.ts";

/**
 * Whom the tools of a build trust, as PEM texts, each once: what SSL_CERT_FILE names, else whom the build image trusts, else whom Node.js does; whom
 * SSL_CERT_DIR and NODE_EXTRA_CA_CERTS name; the authorities of bindings of the type `ca-certificates`. For tools that have a format of their own:
 * all others find a file with these certificates by the variables that `run` gives them where there is such a binding.
 *
 * @throws LibcnbError BINDING_INVALID, CERTIFICATE_INVALID
 * @example `const certificates = await trustedCertificates(context) // ["-----BEGIN CERTIFICATE-----\nMII…", …]`
 */
export async function trustedCertificates(
  context: Pick<PhaseContext, "bindings" | "env" | "platform">,
): Promise<readonly string[]> {
  // loaded late: detect trusts nobody
  const { certificatesOf } = await import("./certificate-bundle.ts");
  // with clear-env what the user set is in the platform directory only
  const env = { ...context.platform.env, ...context.env };
  return certificatesOf(await context.bindings.filter({ type: "ca-certificates" }), env);
}
