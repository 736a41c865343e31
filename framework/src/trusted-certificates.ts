import type { PhaseContext } from "./context.ts";

/**
 * Returns the CA certificates that the build's tools trust, in PEM and without duplicates. The
 * certificates in SSL_CERT_FILE come first, or else those of the build image, or else those of
 * Node.js. Those in SSL_CERT_DIR and NODE_EXTRA_CA_CERTS, and in bindings of the type
 * `ca-certificates`, are added. Use this function for tools with their own truststore format. Other
 * tools find a bundle through environment variables, which `run` sets if there is such a binding.
 *
 * @throws LibcnbError BINDING_INVALID, CERTIFICATE_INVALID
 * @example
 * `const certificates = await trustedCertificates(context) // ["-----BEGIN CERTIFICATE-----\nMII…", …]`
 */
export async function trustedCertificates(
  context: Pick<PhaseContext, "bindings" | "env" | "platform">,
): Promise<readonly string[]> {
  // loaded late, because detect needs no certificates
  const { certificatesOf } = await import("./host/certificates/certificate-bundle.ts");
  // with clear-env what the user set is in the platform directory only
  const env = { ...context.platform.env, ...context.env };
  return certificatesOf(await context.bindings.filter({ type: "ca-certificates" }), env);
}
