import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import type { Binding } from "../../binding/binding.ts";
import { removeTree } from "../files/files.ts";
import { body, namedAuthorities, systemAuthorities } from "./certificates.ts";
import { certificatesIn } from "./pem.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * A file with all CA certificates that the build's tools trust. The file exists until `end` is
 * called.
 */
export interface CertificateBundle {
  readonly file: string;
  end(): Promise<void>;
}

/**
 * Returns the CA certificates that the build's tools trust. The certificates of SSL_CERT_FILE come
 * first, or else those of the system, or else those of Node.js. Those of SSL_CERT_DIR,
 * NODE_EXTRA_CA_CERTS and the bindings are appended. Each entry of a binding must be a certificate.
 *
 * @throws LibcnbError CERTIFICATE_INVALID
 */
export const certificatesOf = (bindings: readonly Binding[], env: Variables): readonly string[] =>
  unique([...trusted(env), ...bindings.flatMap(authoritiesOf)]);

/**
 * Writes the CA certificates that the build's tools trust to a temporary directory.
 *
 * @throws LibcnbError CERTIFICATE_INVALID
 */
export async function writeCertificateBundle(bindings: readonly Binding[], env: Variables): Promise<CertificateBundle> {
  const certificates = certificatesOf(bindings, env);
  const dir = await mkdtemp(join(tmpdir(), "libcnb-certificates-"));
  const file = join(dir, "ca-certificates.crt");
  await writeFile(file, `${certificates.join("\n")}\n`);
  return { file, end: () => removeTree(dir) };
}

// SSL_CERT_FILE replaces the system's bundle, NODE_EXTRA_CA_CERTS does not
function trusted(env: Variables): readonly string[] {
  const named = namedAuthorities(env);
  if (env.SSL_CERT_FILE) return named;
  const system = systemAuthorities();
  return [...(system.length > 0 ? system : rootCertificates), ...named];
}

const authoritiesOf = (binding: Binding): readonly string[] =>
  binding.keys.flatMap((key) =>
    certificatesIn(binding.bytes(key), `${JSON.stringify(key)} of the binding ${binding.name}`),
  );

const unique = (certificates: readonly string[]): readonly string[] => [
  ...new Map(certificates.map((certificate) => [body(certificate), certificate.trim()])).values(),
];
