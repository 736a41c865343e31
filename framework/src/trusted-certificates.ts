import type { PhaseContext } from "./context.ts";

/**
 * The CA certificates that the build's tools trust, in PEM, each once: those in SSL_CERT_FILE, or
 * else those of the build image, or else those of Node.js; those in SSL_CERT_DIR and
 * NODE_EXTRA_CA_CERTS; those of bindings of the type `ca-certificates`. Use this for tools with
 * their own truststore format: other tools find a bundle through the variables that `run` sets if
 * there is such a binding.
 *
 * @throws LibcnbError BINDING_INVALID, CERTIFICATE_INVALID
 * @example `const certificates = await trustedCertificates(context) // ["-----BEGIN CERTIFICATE-----\nMII…", …]`
 */
export async function trustedCertificates(
  context: Pick<PhaseContext, "bindings" | "env" | "platform">,
): Promise<readonly string[]> {
  // loaded late: detect trusts nobody
  const { certificatesOf } = await import("./host/certificates/certificate-bundle.ts");
  // with clear-env what the user set is in the platform directory only
  const env = { ...context.platform.env, ...context.env };
  return certificatesOf(await context.bindings.filter({ type: "ca-certificates" }), env);
}
