import { checkUnavailable, codedError, notSupported } from "../errors.ts";

type Pem = string | Uint8Array;

export interface ContextOptions {
  readonly ca?: Pem | readonly Pem[] | undefined;
}

/** Without these, a connection could be made that Node.js would refuse, or the other way round. */
const REFUSED = `cert checkServerIdentity ciphers clientCertEngine crl ecdhCurve isServer key pfx privateKeyEngine
  privateKeyIdentifier pskCallback requestOCSP secureOptions secureProtocol sigalgs`.split(/\s+/);

/** Refuses the options for TLS that the engine does not have, and TLS versions other than 1.2 to 1.3. */
export function checkSecureOptions(options: object): void {
  checkUnavailable(options, REFUSED);
  const { minVersion, maxVersion } = options as { readonly minVersion?: unknown; readonly maxVersion?: unknown };
  if ((minVersion ?? "TLSv1.2") !== "TLSv1.2") {
    throw notSupported("the option minVersion");
  }
  if ((maxVersion ?? "TLSv1.3") !== "TLSv1.3") {
    throw notSupported("the option maxVersion");
  }
}

const settings = new WeakMap<SecureContext, ContextOptions>();

/** The certificate authorities that connections trust. */
export class SecureContext {
  constructor(options: ContextOptions) {
    settings.set(this, options);
  }
}

export function createSecureContext(options: ContextOptions = {}): SecureContext {
  checkSecureOptions(options);
  return new SecureContext(options);
}

/** Returns the options of a connection's context, or those of the connection if it has none. */
export function settingsOf(options: ContextOptions & { readonly secureContext?: SecureContext | undefined }) {
  const { secureContext } = options;
  const found = secureContext ? settings.get(secureContext) : options;
  if (found === undefined) {
    throw codedError(TypeError, "ERR_TLS_INVALID_CONTEXT", "context must be a SecureContext");
  }
  return found;
}
