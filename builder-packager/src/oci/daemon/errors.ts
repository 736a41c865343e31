import { CnbError } from "../../errors.ts";
import { printable } from "../registry/errors.ts";

/** Creates the error for an unreachable engine. `what` is for example `read docker-daemon:app:1`. */
export function unreachable(where: string, what: string, cause: unknown): CnbError {
  return new CnbError("DAEMON_UNREACHABLE", `cannot ${what}: no container engine answers at ${where}`, {
    cause,
    hint: hintFor(cause instanceof Error && "code" in cause ? String(cause.code) : ""),
  });
}

function hintFor(code: string): string {
  if (code === "EACCES")
    return "Your user may not use this socket: join its group (usually docker), or set DOCKER_HOST to a rootless engine's.";
  if (/CERT|SELF_SIGNED|UNABLE_TO|SSL|EPROTO/.test(code))
    return "Check DOCKER_TLS_VERIFY and the certificates in DOCKER_CERT_PATH.";
  return 'Start Docker, or podman with "podman system service --time 0", or set DOCKER_HOST to its address. Without an engine, write oci:DIR or docker-archive:FILE.';
}

/** Creates the error for an engine's unexpected response. */
export const refusedBy = (where: string, what: string, answer: string): CnbError =>
  new CnbError("DAEMON_FAILED", `cannot ${what}: the engine at ${where} answered ${printable(answer)}`, {
    hint: refusalHint(answer),
  });

function refusalHint(answer: string): string {
  if (answer.includes("max depth exceeded"))
    return "Docker takes at most 125 layers: put several buildpacks or files into one layer.";
  if (answer.includes("HTTP request to an HTTPS server"))
    return "Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of ca.pem, cert.pem and key.pem.";
  return "Check the engine's log and whether its disk is full.";
}

export const brokenOff = (where: string, what: string, cause: unknown): CnbError =>
  new CnbError("DAEMON_FAILED", `cannot ${what}: the connection to the engine at ${where} broke`, {
    cause,
    hint: "Check the engine's log, and try again.",
  });

/** The message in an error's body. */
export function messageIn(body: string): string {
  try {
    const { message, cause } = JSON.parse(body);
    return String(message ?? cause);
  } catch {
    return body.trim();
  }
}

/** Creates the error for a response other than the requested document. */
export const noDocument = (what: string, cause: unknown): CnbError =>
  new CnbError("DAEMON_FAILED", `${what} is malformed`, {
    cause,
    hint: "Check that DOCKER_HOST or CONTAINER_HOST leads to Docker or podman, and check the engine's log.",
  });

export const tooLong = (where: string, what: string, bytes: number): CnbError =>
  new CnbError("DAEMON_FAILED", `cannot ${what}: the engine at ${where} answered more than ${bytes} bytes`, {
    hint: "Check that DOCKER_HOST or CONTAINER_HOST leads to Docker or podman, and check the engine's log.",
  });
