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

/** The status and body of an unexpected response. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: string | undefined;
}

/**
 * The host of the registry, and the purpose of the request, such as `push localhost:5000/app:1`.
 */
export interface RequestContext {
  readonly registry: string;
  readonly purpose: string;
}

/** Creates the error for an unexpected response of a registry. */
export function refusedBy({ registry, purpose }: RequestContext, answer: Answer): RegistryRefusal {
  const { status, retryAfter } = answer;
  const { text } = diagnosticsIn(answer.body);
  const words = `HTTP ${status}${text === "" ? "" : `: ${text}`}`;
  const refusal = (code: CnbErrorCode, message: string, hint?: string) =>
    new RegistryRefusal(code, message, answer, hint);
  if (status === 401 || status === 403)
    return refusal(
      "REGISTRY_DENIED",
      `cannot ${purpose}: ${registry} denied access (${words})`,
      `Log in with "docker login ${registry}" or "podman login ${registry}", and check the name: registries also deny access to images that do not exist.`,
    );
  if (status === 404 && purpose.startsWith("push"))
    return refusal(
      "IMAGE_NOT_FOUND",
      `cannot ${purpose}: ${registry} has no such repository (${words})`,
      "Create the repository first, or check its name.",
    );
  if (status === 404)
    return refusal(
      "IMAGE_NOT_FOUND",
      `cannot ${purpose}: ${registry} has no such image (${words})`,
      "Check the name and the tag, and log in if the image is private.",
    );
  if (status === 429)
    return refusal(
      "REGISTRY_FAILED",
      `cannot ${purpose}: ${registry} limits the rate of requests (${words})`,
      `Try again ${laterThan(retryAfter)}, or log in: registries have higher limits for authenticated users.`,
    );
  if (status === 405)
    return refusal(
      "REGISTRY_FAILED",
      `cannot ${purpose}: ${registry} does not support this operation (${words})`,
      "Use another registry, or ask the operator of this one to allow the operation.",
    );
  return refusal("REGISTRY_FAILED", `cannot ${purpose}: ${registry} answered ${words}`);
}

function laterThan(retryAfter: string | undefined): string {
  if (retryAfter === undefined) return "later";
  return /^\d+$/.test(retryAfter) ? `in ${retryAfter} s` : `after ${printable(retryAfter)}`;
}

/** Creates the error for an unreachable registry or its token server. */
export function unreachable({ registry, purpose }: RequestContext, cause: unknown, server = "registry"): CnbError {
  return new CnbError("REGISTRY_UNREACHABLE", `cannot ${purpose}: the ${server} ${registry} cannot be reached`, {
    cause,
    hint: hintFor(cause, registry),
  });
}

function hintFor(cause: unknown, registry: string): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/^CERT_HAS_EXPIRED|^CERT_NOT_YET_VALID/.test(code))
    return "Renew the registry's certificate, or correct the clock of this machine.";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "Use a host name for which the registry's certificate is valid.";
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return "Pass the file of the registry's CA certificate with --ca-cert (cnb build: --registry-ca-cert), SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.";
  if (/SSL|EPROTO|HPE_/.test(code)) return `If the registry uses plain HTTP, add --insecure-registry ${registry}.`;
  // A user who names no registry may not know that Docker Hub is the default.
  if (registry === "registry-1.docker.io")
    return "An image name without a registry refers to Docker Hub. For a directory write oci:DIR, for Docker docker-daemon:NAME, for another registry REGISTRY/REPOSITORY:TAG. For Docker Hub, check the network and the proxy settings.";
  return "Check the host name, the network and the proxy settings.";
}

/**
 * The registry's own message, shortened because the body is untrusted. Registries, token servers
 * and proxies use different forms.
 */
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

/** True if the body is a short text and not an HTML page, such as the error page of a proxy. */
const isProse = (body: string): boolean => body.length < 500 && !body.includes("<");

/** Removes control characters from a registry's text, and shortens the text for the terminal. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is them that are removed
  text.replace(/[\x00-\x1f\x7f-\x9f]/g, " ").slice(0, 500);
