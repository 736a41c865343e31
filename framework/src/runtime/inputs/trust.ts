import type { Bindings } from "../../binding/binding.ts";
import type { PhaseContext } from "../../context.ts";
import type { Env } from "../../env/apply.ts";
import type { CertificateBundle } from "../../host/certificates/certificate-bundle.ts";

/** Bindings of this type contain CA certificates, as in Paketo's buildpacks. */
const bindingType = "ca-certificates";

/**
 * The variables that name CA certificates for OpenSSL, Go, Ruby, Rust and this framework; Node.js
 * and npm; curl; git; Python; pip; Cargo.
 */
const variables = [
  "SSL_CERT_FILE",
  "NODE_EXTRA_CA_CERTS",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "REQUESTS_CA_BUNDLE",
  "PIP_CERT",
  "CARGO_HTTP_CAINFO",
] as const;

/**
 * The CA certificates that downloads and tools of a phase trust because of the phase's bindings.
 */
export interface Trust {
  /**
   * Adds the environment variables that name the certificate bundle, if there are bindings with CA
   * certificates.
   *
   * @throws LibcnbError BINDING_INVALID, CERTIFICATE_INVALID
   */
  envWith<Variables extends Readonly<Record<string, string | undefined>>>(env: Variables): Promise<Variables>;
  /** Removes the certificate bundle. */
  end(): Promise<void>;
}

// One bundle for a phase, created for the first consumer: a download of the inventory or a tool.
const trusts = new WeakMap<Bindings, Trust>();

/**
 * Creates the {@link Trust} of a phase. On first use, bindings are read and the certificate bundle
 * is written.
 */
export function trustOf({ bindings, env, platform }: Pick<PhaseContext, "bindings" | "env" | "platform">): Trust {
  // with clear-env what the user set is in the platform directory only; layers change the environment
  const known = trusts.get(bindings) ?? lazyTrust(bindings, () => ({ ...platform.env, ...env }));
  trusts.set(bindings, known);
  return known;
}

function lazyTrust(bindings: Bindings, env: () => Env): Trust {
  let writing: Promise<CertificateBundle | undefined> | undefined;
  const bundle = () => {
    writing ??= writeBundle(bindings, env());
    return writing;
  };
  return {
    envWith: async (current) => withBundle(current, (await bundle())?.file),
    // what could not be written needs no removal
    end: async () => (await writing?.catch(() => undefined))?.end(),
  };
}

async function writeBundle(bindings: Bindings, env: Env): Promise<CertificateBundle | undefined> {
  const bound = await bindings.filter({ type: bindingType });
  if (bound.length === 0) return undefined;
  const { writeCertificateBundle } = await import("../../host/certificates/certificate-bundle.ts");
  return writeCertificateBundle(bound, env);
}

// The bundle holds what the first two named before; who set one of the others wanted that for that tool.
function withBundle<Variables extends Readonly<Record<string, string | undefined>>>(
  env: Variables,
  file: string | undefined,
): Variables {
  if (file === undefined) return env;
  const named = variables.filter((name, index) => index < 2 || !env[name]);
  return { ...env, ...Object.fromEntries(named.map((name) => [name, file])) };
}
