import { CnbError, type CnbErrorCode } from "../../errors.ts";

/** The error for a registry's unexpected response. */
export class RegistryRefusal extends CnbError {
  readonly status: number;
  /** The registry's own codes, for example `MANIFEST_UNKNOWN`. */
  readonly codes: readonly string[];
  readonly retryAfter: string | undefined;

  constructor(code: CnbErrorCode, message: string, answer: Answer, hint?: string) {
    super(code, message, hint === undefined ? {} : { hint });
    this.status = answer.status;
    this.codes = diagnosticsIn(answer.body).codes;
    this.retryAfter = answer.retryAfter;
  }
}

/** A response that ends an operation. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: string | undefined;
}

/** Creates the error for an unexpected response. `what` is for example `push localhost:5000/app:1`. */
export function refusedBy(registry: string, what: string, answer: Answer): RegistryRefusal {
  const { status, retryAfter } = answer;
  const { text } = diagnosticsIn(answer.body);
  const words = `HTTP ${status}${text === "" ? "" : `: ${text}`}`;
  const refusal = (code: CnbErrorCode, message: string, hint?: string) =>
    new RegistryRefusal(code, message, answer, hint);
  if (status === 401 || status === 403)
    return refusal(
      "REGISTRY_DENIED",
      `${registry} does not allow to ${what} (${words})`,
      `Log in with "docker login ${registry}" or "podman login ${registry}", and check the name: registries answer so for images that do not exist, too.`,
    );
  if (status === 404 && what.startsWith("push"))
    return refusal(
      "IMAGE_NOT_FOUND",
      `cannot ${what}: ${registry} has no such repository (${words})`,
      "Make the repository first, or check its name.",
    );
  if (status === 404)
    return refusal(
      "IMAGE_NOT_FOUND",
      `cannot ${what}: ${registry} has no such image (${words})`,
      "Check the name and the tag, and log in if the image is private.",
    );
  if (status === 429)
    return refusal(
      "REGISTRY_FAILED",
      `cannot ${what}: ${registry} limits the rate of requests (${words})`,
      `Try again ${laterThan(retryAfter)}, or log in: limits are higher for known users.`,
    );
  if (status === 405) return refusal("REGISTRY_FAILED", `cannot ${what}: ${registry} does not support that (${words})`);
  return refusal("REGISTRY_FAILED", `cannot ${what}: ${registry} answered ${words}`);
}

function laterThan(retryAfter: string | undefined): string {
  if (retryAfter === undefined) return "later";
  return /^\d+$/.test(retryAfter) ? `in ${retryAfter} s` : `after ${printable(retryAfter)}`;
}

/** Creates the error for an unreachable registry. */
export function unreachable(registry: string, what: string, cause: unknown): CnbError {
  return new CnbError("REGISTRY_UNREACHABLE", `cannot ${what}: the registry ${registry} cannot be reached`, {
    cause,
    hint: hintFor(cause, registry),
  });
}

function hintFor(cause: unknown, registry: string): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/^CERT_HAS_EXPIRED|^CERT_NOT_YET_VALID/.test(code))
    return "Renew the registry's certificate, and check the clock.";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "Use a host name for which the registry's certificate is valid.";
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return "Name the file of its certificate authority with --ca-cert (--registry-ca-cert for cnb build) or in SSL_CERT_FILE.";
  if (/SSL|EPROTO|HPE_/.test(code)) return `If it speaks plain http, name it with --insecure-registry ${registry}.`;
  // Who names no registry may not know that there is one that is asked.
  if (registry === "registry-1.docker.io")
    return "A name without a registry is one of Docker Hub: write oci:DIR for a folder, docker-daemon:NAME for Docker, or REGISTRY/REPOSITORY:TAG. If Docker Hub is meant, check the network and the proxy settings.";
  return "Check the host name, the network and the proxy settings.";
}

/** The registry's own words, cut: the body comes from outside. Registries, token servers and proxies say them differently. */
function diagnosticsIn(body: string): { readonly text: string; readonly codes: readonly string[] } {
  const document = jsonObject(body);
  if (document === undefined) return { text: isProse(body) ? printable(body.trim()) : "", codes: [] };
  const errors = Array.isArray(document.errors) ? document.errors.filter(isObject) : [];
  const texts = errors.map(({ code, message }) => joined([code, message]));
  const others = joined([document.error, document.error_description, document.message, document.details]);
  const codes = errors.flatMap(({ code }) => (typeof code === "string" ? [code] : []));
  return { text: printable((texts.length > 0 ? texts : [others]).join("; ")), codes };
}

const joined = (parts: readonly unknown[]): string =>
  parts.filter((part) => typeof part === "string" && part !== "").join(": ");

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function jsonObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Pages of proxies in HTML help nobody. */
const isProse = (body: string): boolean => body.length < 500 && !body.includes("<");

/** A registry's text without control characters, shortened for the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are removed
  text.replace(/[\x00-\x1f\x7f-\x9f]/g, " ").slice(0, 500);
