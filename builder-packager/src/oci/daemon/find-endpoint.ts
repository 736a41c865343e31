import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { CnbError } from "../../errors.ts";
import { looseObject } from "../../schema.ts";
import { readRegularFile } from "../files/regular-file.ts";
import { maxDocumentBytes, parse } from "../model/document.ts";
import { type Endpoint, parseEndpoint } from "./endpoint.ts";

/**
 * Finds the engine as the docker command does: `DOCKER_HOST`, the context of `DOCKER_CONTEXT` or of
 * Docker's configuration, or else the first existing socket of Docker, rootless Docker, rootless
 * podman and podman.
 *
 * @throws CnbError DAEMON_ADDRESS_INVALID.
 */
export function findEndpoint(env: NodeJS.ProcessEnv): Endpoint {
  const { DOCKER_HOST: host, DOCKER_TLS_VERIFY: verify } = env;
  const certificates = verify ? env["DOCKER_CERT_PATH"] || configDir(env) : undefined;
  if (host) return parseEndpoint(host, "DOCKER_HOST", certificates);
  const context = env["DOCKER_CONTEXT"] || currentContext(configDir(env));
  if (context && context !== "default") return contextEndpoint(configDir(env), context);
  const sockets = socketsOf(env);
  return parseEndpoint(`unix://${sockets.find((path) => existsSync(path)) ?? sockets[0]}`, "the default socket");
}

const configDir = (env: NodeJS.ProcessEnv): string => env["DOCKER_CONFIG"] || join(env["HOME"] || "/root", ".docker");

const socketsOf = ({ XDG_RUNTIME_DIR: runtime }: NodeJS.ProcessEnv): readonly string[] => [
  "/var/run/docker.sock",
  ...(runtime ? [`${runtime}/docker.sock`, `${runtime}/podman/podman.sock`] : []),
  "/run/podman/podman.sock",
];

const dockerConfig = looseObject({ currentContext: v.optional(v.string()) });
const contextMeta = looseObject({
  Endpoints: looseObject({ docker: looseObject({ Host: v.string() }) }),
});

/** The registry's part of this file is read, and complained about, elsewhere. */
function currentContext(dir: string): string | undefined {
  try {
    const file = join(dir, "config.json");
    return parse(dockerConfig, readRegularFile(file, file, maxDocumentBytes), file).currentContext;
  } catch {
    return undefined;
  }
}

/** Docker stores each context in a directory named by the SHA-256 of the context's name. */
function contextEndpoint(dir: string, name: string): Endpoint {
  const id = createHash("sha256").update(name).digest("hex");
  const source = `the host of the Docker context ${JSON.stringify(name)}`;
  const tls = join(dir, "contexts/tls", id, "docker");
  return parseEndpoint(contextHost(dir, id, name), source, existsSync(tls) ? tls : undefined);
}

function contextHost(dir: string, id: string, name: string): string {
  const file = join(dir, "contexts/meta", id, "meta.json");
  try {
    return parse(contextMeta, readRegularFile(file, file, maxDocumentBytes), file).Endpoints.docker.Host;
  } catch (cause) {
    throw new CnbError(
      "DAEMON_ADDRESS_INVALID",
      `the Docker context ${JSON.stringify(name)} does not exist or cannot be used`,
      {
        cause,
        hint: 'List the contexts with "docker context ls" and choose one with DOCKER_CONTEXT, or set DOCKER_HOST to the address of the engine.',
      },
    );
  }
}
