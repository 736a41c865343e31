import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SecureContext } from "node:tls";
import { CnbError } from "../../../errors.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { clientCertificate } from "./client-certificate.ts";

/**
 * The paths of the machine's CA bundle in Linux distributions, to which companies add their own
 * certificates. Go programs read the same paths.
 */
const systemBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * Creates the TLS context with the CA certificates that connections trust. These are the
 * certificates of Node.js, of the machine (or those in `SSL_CERT_FILE` instead), in `SSL_CERT_DIR`
 * and `NODE_EXTRA_CA_CERTS`, in the options, and in the files for the host (see {@link hostFiles}).
 *
 * @throws CnbError CERTIFICATE_INVALID.
 */
export function trustOf({ env, caCertificates = [] }: RegistryOptions, own: readonly string[]): SecureContext {
  // An import would make the list of authorities whenever anything of registries is loaded.
  const { createSecureContext, rootCertificates } = process.getBuiltinModule("node:tls");
  const machine = env?.SSL_CERT_FILE ? undefined : systemBundles.find((file) => existsSync(file));
  const ca = [
    ...rootCertificates,
    ...(machine === undefined ? [] : [readFileSync(machine, "utf8")]),
    ...(env?.SSL_CERT_FILE ? [authorityIn(env.SSL_CERT_FILE, "SSL_CERT_FILE")] : []),
    ...directoriesIn(env).flatMap(authoritiesIn),
    ...(env?.NODE_EXTRA_CA_CERTS ? [authorityIn(env.NODE_EXTRA_CA_CERTS, "NODE_EXTRA_CA_CERTS")] : []),
    ...caCertificates.map((file) => authorityIn(file)),
    ...own.filter((file) => file.endsWith(".crt")).map((file) => authorityIn(file)),
  ];
  return createSecureContext({ ca, ...clientCertificate(own) });
}

/** The directories of `SSL_CERT_DIR`, without the machine's own, whose bundle has all that is in it. */
const directoriesIn = (env: NodeJS.ProcessEnv | undefined): string[] =>
  (env?.SSL_CERT_DIR ?? "").split(":").filter((dir) => dir !== "" && join(dir) !== "/etc/ssl/certs");

/** The certificates of a directory; what is something else is passed over, as OpenSSL does. */
const authoritiesIn = (dir: string): string[] =>
  filesIn(dir)
    .map(textOf)
    .filter((text) => text.includes("-----BEGIN CERTIFICATE-----"));

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // a directory, or a key of somebody else
  }
}

/** @param variable the environment variable that names the file */
function authorityIn(file: string, variable?: string): string {
  try {
    const pem = readFileSync(file, "utf8");
    new X509Certificate(pem); // the first one, as a sample: OpenSSL passes over what it cannot read
    return pem;
  } catch (error) {
    throw new CnbError(
      "CERTIFICATE_INVALID",
      `${file}${variable === undefined ? "" : `, set in ${variable},`} cannot be used as a file of CA certificates`,
      {
        cause: error,
        hint: `Use a PEM file with certificates${variable === undefined ? "" : `, or unset ${variable}`}.`,
      },
    );
  }
}

/**
 * Lists the files for a host in the `certs.d` directories of docker and podman: `HOST/NAME.crt` is
 * a CA certificate, `HOST/NAME.cert` with `HOST/NAME.key` a client certificate.
 */
export function hostFiles(host: string, env: NodeJS.ProcessEnv | undefined): string[] {
  if (env === undefined) return [];
  const config = env.XDG_CONFIG_HOME || (env.HOME && join(env.HOME, ".config"));
  const locations = [
    config && join(config, "containers"),
    env.HOME && join(env.HOME, ".docker"),
    "/etc/containers",
    "/etc/docker",
  ];
  return locations.flatMap((location) => (location ? filesIn(join(location, "certs.d", host)) : []));
}

function filesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
      .sort()
      .map((name) => join(dir, name));
  } catch {
    return []; // it is there for few hosts
  }
}
