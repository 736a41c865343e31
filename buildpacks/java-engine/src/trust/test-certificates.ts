// @needs openssl
import { execFile } from "node:child_process";
import { rootCertificates } from "node:tls";
import { promisify } from "node:util";

/** Runs a tool until it ends. */
export const running = promisify(execFile);

/** Converts a PEM certificate to DER. */
export const binary = (certificate: string): Buffer =>
  Buffer.from(certificate.replace(/-----[A-Z ]+-----/g, ""), "base64");

/** Public CA certificates in DER format. */
export const roots: readonly Buffer[] = rootCertificates.map(binary);

/** Creates a company's CA certificate, which is not publicly trusted. */
export async function companyCertificate(key = "/dev/null"): Promise<string> {
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  return (await running("openssl", [...request, "-keyout", key, ...subject])).stdout;
}
