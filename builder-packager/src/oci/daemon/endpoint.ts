import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";

/** The address of a container engine's API. */
export interface Endpoint {
  /** The address for errors, for example `unix:///var/run/docker.sock`. */
  readonly where: string;
  readonly connection:
    | { readonly socketPath: string }
    | { readonly protocol: "http:" | "https:"; readonly host: string; readonly port: number };
  /** The directory with `ca.pem`, `cert.pem` and `key.pem` for a TLS connection. */
  readonly certificates?: string;
}

/**
 * Parses the value of `DOCKER_HOST`: `unix:///PATH`, `tcp://HOST[:PORT]`, `http://…` or
 * `https://…`. With `certificates`, tcp uses TLS, as `DOCKER_TLS_VERIFY` requires.
 *
 * @param source the setting that contains the value, for errors: `DOCKER_HOST`.
 * @throws CnbError DAEMON_ADDRESS_INVALID.
 * @example `parseEndpoint("tcp://10.0.0.7", "DOCKER_HOST") // { protocol: "http:", host: "10.0.0.7", port: 2375 }`
 */
export function parseEndpoint(text: string, source: string, certificates?: string): Endpoint {
  const [, scheme, rest = ""] = /^(unix|tcp|https?|ssh|npipe|fd):\/\/(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) throw invalid(text, source, "it has no known scheme");
  if (scheme === "unix") return unixEndpoint(text, rest, source);
  if (scheme === "ssh" || scheme === "npipe" || scheme === "fd") throw unsupported(text, source, scheme);
  const secured = scheme === "https" || (scheme === "tcp" && certificates !== undefined);
  const url = urlOf(`http://${rest}`);
  if (!url || url.hostname === "" || url.username !== "" || !["", "/"].includes(url.pathname + url.search))
    throw invalid(text, source, "it is not HOST:PORT");
  const port = Number(portIn(rest) ?? (secured ? 2376 : 2375));
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const connection = { protocol: secured ? "https:" : "http:", host, port } as const;
  return { where: text, connection, ...defined({ certificates: secured ? certificates : undefined }) };
}

/**
 * The longest path of a socket that Linux accepts, in bytes. Node.js truncates longer ones
 * silently.
 */
const maxSocketPath = 107;

function unixEndpoint(text: string, path: string, source: string): Endpoint {
  if (!path.startsWith("/") || path.includes("\0"))
    throw invalid(text, source, "the path of its socket is not absolute");
  if (Buffer.byteLength(path) > maxSocketPath)
    throw invalid(
      text,
      source,
      `the path of its socket is longer than ${maxSocketPath} bytes`,
      "Create a symbolic link with a shorter path to the socket, and use its path.",
    );
  return { where: text, connection: { socketPath: path } };
}

/** Reads the port from the text, because `URL` drops the default port of http. */
const portIn = (rest: string): string | undefined => /:(\d+)\/?$/.exec(rest)?.[1];

const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

const invalid = (text: string, source: string, why: string, hint = usualForms): CnbError =>
  new CnbError("DAEMON_ADDRESS_INVALID", `${source} ${JSON.stringify(text)} is not valid: ${why}`, { hint });

const usualForms = "Write unix:///run/docker.sock or tcp://HOST:PORT.";

const unsupported = (text: string, source: string, scheme: string): CnbError =>
  new CnbError(
    "DAEMON_ADDRESS_INVALID",
    `${source} ${JSON.stringify(text)} is not valid: ${scheme}:// is not supported`,
    {
      hint:
        scheme === "ssh"
          ? `Forward the socket with ssh -nNL /tmp/docker.sock:/var/run/docker.sock ${text.slice("ssh://".length)}, and set DOCKER_HOST=unix:///tmp/docker.sock.`
          : usualForms,
    },
  );
