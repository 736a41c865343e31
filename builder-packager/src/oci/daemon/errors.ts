import { CnbError } from "../../errors.ts";
import { printable } from "../registry/errors.ts";

/**
 * Creates the error for an unreachable container engine. `purpose` names the failed operation, for
 * example `read docker-daemon:app:1`.
 */
export function unreachable(where: string, purpose: string, cause: unknown): CnbError {
  return new CnbError("DAEMON_UNREACHABLE", `cannot ${purpose}: no container engine responds at ${where}`, {
    cause,
    hint: hintFor(cause instanceof Error && "code" in cause ? String(cause.code) : "", purpose),
  });
}

function hintFor(code: string, purpose: string): string {
  if (code === "EACCES")
    return "Your user may not use this socket: join its group (usually docker), or set DOCKER_HOST to the socket of a rootless engine.";
  if (/CERT|SELF_SIGNED|UNABLE_TO|SSL|EPROTO/.test(code))
    return "Check DOCKER_TLS_VERIFY and the certificates in DOCKER_CERT_PATH.";
  const start = 'Start Docker, or podman with "podman system service --time 0", or set DOCKER_HOST to its address.';
  return purpose.includes("docker-daemon:")
    ? `${start} Without an engine, write oci:DIR or docker-archive:FILE.`
    : `${start} Without an engine, use another --backend.`;
}

/** Creates the error for an unexpected response of a container engine. */
export const refusedBy = (where: string, purpose: string, answer: string): CnbError =>
  new CnbError("DAEMON_FAILED", `cannot ${purpose}: the container engine at ${where} responded ${printable(answer)}`, {
    hint: refusalHint(answer),
  });

function refusalHint(answer: string): string {
  if (answer.includes("max depth exceeded"))
    return "Docker accepts at most 125 layers: put several buildpacks or files into one layer.";
  if (answer.includes("HTTP request to an HTTPS server"))
    return "Set DOCKER_TLS_VERIFY=1, and set DOCKER_CERT_PATH to the directory with ca.pem, cert.pem and key.pem.";
  return "Check the engine's log and whether its disk is full.";
}

export const brokenOff = (where: string, purpose: string, cause: unknown): CnbError =>
  new CnbError(
    "DAEMON_FAILED",
    `cannot ${purpose}: the connection to the container engine at ${where} was interrupted`,
    {
      cause,
      hint: "Check the engine's log, and try again.",
    },
  );

/** Returns the message in the body of an error response. */
export function messageIn(body: string): string {
  try {
    const { message, cause } = JSON.parse(body);
    return String(message ?? cause);
  } catch {
    return body.trim();
  }
}

/** Creates the error for an engine's response that is not the requested JSON document. */
export const noDocument = (document: string, cause: unknown): CnbError =>
  new CnbError("DAEMON_FAILED", `${document} is not the expected JSON document`, {
    cause,
    hint: "Check that DOCKER_HOST or CONTAINER_HOST is the address of Docker or podman, and check the engine's log.",
  });

export const tooLong = (where: string, purpose: string, bytes: number): CnbError =>
  new CnbError(
    "DAEMON_FAILED",
    `cannot ${purpose}: the response of the container engine at ${where} has more than ${bytes} bytes`,
    {
      hint: "Check that DOCKER_HOST or CONTAINER_HOST is the address of Docker or podman, and check the engine's log.",
    },
  );
