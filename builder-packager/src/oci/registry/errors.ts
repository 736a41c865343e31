import { CnbError } from "../../errors.ts";

/** The error for an answer that is not the one hoped for. `what` is for example `push localhost:5000/app:1`. */
export function refusedBy(registry: string, what: string, status: number, body: string): CnbError {
  const details = diagnostics(body);
  const answer = `HTTP ${status}${details === "" ? "" : `: ${details}`}`;
  if (status === 401 || status === 403)
    return new CnbError("REGISTRY_DENIED", `${registry} does not allow to ${what} (${answer})`, {
      hint: `Log in with "docker login ${registry}" or "podman login ${registry}", and check the name: registries answer so for images that do not exist, too.`,
    });
  if (status === 404)
    return new CnbError("IMAGE_NOT_FOUND", `cannot ${what}: ${registry} has no such image (${answer})`, {
      hint: "Check the name and the tag.",
    });
  if (status === 429)
    return new CnbError("REGISTRY_FAILED", `cannot ${what}: ${registry} limits the rate of requests (${answer})`, {
      hint: "Try again later, or log in: limits are higher for known users.",
    });
  return new CnbError("REGISTRY_FAILED", `cannot ${what}: ${registry} answered ${answer}`);
}

/** A registry that cannot be talked to at all. */
export function unreachable(registry: string, what: string, cause: unknown): CnbError {
  return new CnbError("REGISTRY_UNREACHABLE", `cannot ${what}: the registry ${registry} cannot be reached`, {
    cause,
    hint: hintFor(cause, registry),
  });
}

function hintFor(cause: unknown, registry: string): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return "Name the file of its certificate authority in SSL_CERT_FILE.";
  if (/SSL|EPROTO|HPE_/.test(code)) return `If it speaks plain http, name it with --insecure-registry ${registry}.`;
  return "Check the host name, the network and the proxy settings.";
}

/** The registry's own words, cut: the body comes from outside. */
function diagnostics(body: string): string {
  try {
    const { errors } = JSON.parse(body) as {
      readonly errors?: readonly { readonly code?: unknown; readonly message?: unknown }[];
    };
    const texts = (errors ?? []).map(({ code, message }) =>
      [code, message].filter((part) => typeof part === "string" && part !== "").join(": "),
    );
    return printable(texts.join("; "));
  } catch {
    return "";
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters would reach the terminal
const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f]/g, " ").slice(0, 500);
