import { CnbError } from "../../errors.ts";

/** The address of an engine's API. */
export interface Endpoint {
  /** The name for errors, for example `unix:///var/run/docker.sock`. */
  readonly where: string;
  readonly connection:
    | { readonly socketPath: string }
    | { readonly protocol: "http:" | "https:"; readonly host: string; readonly port: number };
  /** The directory of `ca.pem`, `cert.pem` and `key.pem` for a TLS connection. */
  readonly certificates?: string;
}

/**
 * Parses the value of `DOCKER_HOST`: `unix:///PATH`, `tcp://HOST[:PORT]`, `http://…` or
 * `https://…`. With `certificates` tcp uses TLS, as `DOCKER_TLS_VERIFY` requires.
 *
 * @param source what held it, for errors: `DOCKER_HOST`.
 * @throws CnbError DAEMON_ADDRESS_INVALID.
 * @example `parseEndpoint("tcp://10.0.0.7", "DOCKER_HOST") // { protocol: "http:", host: "10.0.0.7", port: 2375 }`
 */
export function parseEndpoint(text: string, source: string, certificates?: string): Endpoint {
  const [, scheme, rest = ""] = /^(unix|tcp|https?|ssh|npipe|fd):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) throw invalid(text, source, "it is not an address");
  if (scheme === "unix") return unixEndpoint(text, rest, source);
  if (scheme === "ssh" || scheme === "npipe" || scheme === "fd") throw unsupported(text, source, scheme);
  const secured = scheme === "https" || (scheme === "tcp" && certificates !== undefined);
  const url = urlOf(`http://${rest}`);
  if (!url || url.hostname === "" || url.username !== "" || !["", "/"].includes(url.pathname + url.search))
    throw invalid(text, source, "it is not HOST:PORT");
  const port = Number(portIn(rest) ?? (secured ? 2376 : 2375));
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const connection = { protocol: secured ? "https:" : "http:", host, port } as const;
  return { where: text, connection, ...(secured && certificates !== undefined && { certificates }) };
}

/** The kernel takes no longer paths of sockets; Node.js would cut them without a word. */
const maxSocketPath = 107;

function unixEndpoint(text: string, path: string, source: string): Endpoint {
  if (!path.startsWith("/") || path.includes("\0"))
    throw invalid(text, source, "it names no absolute path of a socket");
  if (Buffer.byteLength(path) > maxSocketPath)
    throw invalid(text, source, `the path of a socket has at most ${maxSocketPath} bytes`);
  return { where: text, connection: { socketPath: path } };
}

/** A port that is the default of http is no part of a URL any more. */
const portIn = (rest: string): string | undefined => /:(\d+)\/?$/.exec(rest)?.[1];

const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const invalid = (text: string, source: string, why: string): CnbError =>
  new CnbError("DAEMON_ADDRESS_INVALID", `${source} is ${JSON.stringify(text)}: ${why}`, {
    hint: "Write unix:///run/docker.sock or tcp://HOST:PORT.",
  });

const unsupported = (text: string, source: string, scheme: string): CnbError =>
  new CnbError("DAEMON_ADDRESS_INVALID", `${source} is ${JSON.stringify(text)}: ${scheme}:// is not supported`, {
    hint:
      scheme === "ssh"
        ? `Forward the socket, ssh -nNL /tmp/docker.sock:/var/run/docker.sock ${text.slice("ssh://".length)}, and set DOCKER_HOST=unix:///tmp/docker.sock.`
        : "Write unix:///run/docker.sock or tcp://HOST:PORT.",
  });
