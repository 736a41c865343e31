import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ExecDVariables } from "libcnb";
import { fileName, folderOf, linksTo } from "../names.ts";
import { boundFiles, contentsOf, pathsIn } from "./bound-files.ts";
import type { FoundCertificate } from "./certificates-in.ts";

/** A container whose programs are to trust the CA certificates of its bindings. */
interface Container {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The layer of the program. That of `BP_EMBED_CERTS` is next to it. */
  readonly layer: string;
  readonly warn: (text: string) => void;
  /** The directory that contains the container's files. @default "" */
  readonly root?: string;
}

/** The bundles of distributions, with the CA certificates that everybody trusts. */
const systemFiles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * Writes the certificates of a container's bindings to files, and returns the environment variables
 * that name these files.
 */
export async function variablesIn({ env, layer, warn, root = "" }: Container): Promise<ExecDVariables> {
  const bindings = env.SERVICE_BINDING_ROOT || `${root}/platform/bindings`;
  const embedded = pathsIn(folderOf(join(dirname(layer), "embedded")), /^[^.].*\.pem$/);
  const files = [...boundFiles(bindings), ...embedded];
  if (files.length === 0) return {};
  // loaded late: most containers have no bindings, and digests take half of the time
  const { certificatesIn } = await import("./certificates-in.ts");
  const found = certificatesIn(files, warn);
  if (found.length === 0) return {};
  // what the user has set stays trusted
  const system = env.SSL_CERT_FILE ? contentsOf(env.SSL_CERT_FILE) : systemCertificates(root);
  const extra = env.NODE_EXTRA_CA_CERTS ? contentsOf(env.NODE_EXTRA_CA_CERTS) : undefined;
  const texts = { "ca-certificates.crt": bundleOf(system, found), "extra.pem": bundleOf(extra, found) };
  const dir = written(found, texts, [env.TMPDIR || "/tmp", `${root}/dev/shm`]);
  if (dir === undefined) {
    warn("no directory is writable: the certificates from bindings are not used");
    return {};
  }
  const bundle = join(dir, "ca-certificates.crt");
  // these have CA certificates of their own, or none: a file without those of the system would take them away
  const others = system === undefined ? [] : ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO"];
  return {
    SSL_CERT_FILE: bundle,
    SSL_CERT_DIR: `${env.SSL_CERT_DIR || "/etc/ssl/certs"}:${join(dir, "certs")}`,
    NODE_EXTRA_CA_CERTS: join(dir, "extra.pem"),
    ...Object.fromEntries(others.filter((name) => !env[name]).map((name) => [name, bundle])),
  };
}

function systemCertificates(root: string): Buffer | undefined {
  for (const path of systemFiles) {
    const contents = contentsOf(`${root}${path}`);
    if (contents !== undefined) return contents;
  }
  return undefined;
}

const bundleOf = (before: Buffer | undefined, found: readonly FoundCertificate[]): Buffer =>
  Buffer.concat([
    ...(before === undefined ? [] : [before, Buffer.from("\n")]),
    Buffer.from(found.map(({ pem }) => pem).join("\n")),
  ]);

/** Writes the files to the first directory that can be written. */
function written(
  found: readonly FoundCertificate[],
  texts: Readonly<Record<string, Buffer>>,
  parents: readonly string[],
): string | undefined {
  for (const parent of parents) {
    let dir: string | undefined;
    try {
      dir = mkdtempSync(join(parent, "ca-certificates-"));
      writeInto(dir, found, texts);
      return dir;
    } catch {
      // read-only or full: the next one
      if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
    }
  }
  return undefined;
}

function writeInto(dir: string, found: readonly FoundCertificate[], texts: Readonly<Record<string, Buffer>>): void {
  const folder = join(dir, "certs");
  mkdirSync(folder);
  for (const [index, { pem }] of found.entries()) writeFileSync(join(folder, fileName(index)), pem);
  const hashes = found.flatMap(({ hash }) => (hash === undefined ? [] : [{ hash }]));
  for (const [link, file] of linksTo(hashes)) symlinkSync(file, join(folder, link));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(dir, name), text);
  // the file contains no secret, and a server may drop its privileges
  for (const each of [dir, folder]) chmodSync(each, 0o755);
  for (const each of [...pathsIn(folder, /\.pem$/), ...Object.keys(texts).map((name) => join(dir, name))])
    chmodSync(each, 0o644);
}
