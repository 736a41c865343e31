import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { namesIn, textAt } from "@libcnb/app-kit/launch/kernel-file";

type Warn = (text: string) => void;

interface BoundCertificate {
  readonly path: string;
  readonly isText: boolean;
  readonly pem: string;
}

const largest = 1024 ** 2;

/**
 * Returns the path of a file for NODE_EXTRA_CA_CERTS with the certificates of all bindings of the
 * type `ca-certificates`; undefined if there are none. If the bindings contain a single file, the
 * result is its path. Several files are concatenated into a file in a temporary directory.
 *
 * @param dir the directory of bindings
 */
export function certificateFile(dir: string, warn: Warn, temporaryDirs: readonly string[]): string | undefined {
  const found = namesIn(dir).flatMap((name) => certificatesOf(join(dir, name), warn));
  const [first] = found;
  if (found.length < 2 && (first === undefined || first.isText)) return first?.path;
  return written(found.map(({ pem }) => pem).join("\n"), temporaryDirs) ?? without(found, warn);
}

function certificatesOf(binding: string, warn: Warn): readonly BoundCertificate[] {
  const isOfType = (file: string) => (textAt(join(binding, file)) ?? "").toLowerCase() === "ca-certificates";
  // the second one is the layout of the first, deprecated, extension for bindings
  const legacy = isOfType("metadata/kind") ? join(binding, "secret") : undefined;
  const entries = isOfType("type") ? binding : legacy;
  if (entries === undefined) return [];
  const files = namesIn(entries).filter((name) => name !== "type" && name !== "provider");
  return files.flatMap((name) => certificatesAt(join(entries, name), warn));
}

function certificatesAt(path: string, warn: Warn): readonly BoundCertificate[] {
  try {
    const entry = statSync(path);
    if (!entry.isFile() || entry.size > largest) return [];
    const bytes = readFileSync(path);
    // only certificates: a private key next to them is not copied
    const blocks = bytes
      .toString("latin1")
      .match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g);
    return [
      {
        path,
        isText: blocks !== null,
        pem: blocks === null ? new X509Certificate(bytes).toString().trim() : blocks.join("\n"),
      },
    ];
  } catch (error) {
    const code = error instanceof Error && "syscall" in error && "code" in error ? error.code : undefined;
    warn(`${path} is ignored: ${code ?? "it is not a certificate"}`);
    return [];
  }
}

function written(text: string, dirs: readonly string[]): string | undefined {
  for (const dir of dirs) {
    try {
      const path = join(mkdtempSync(join(dir, "ca-certificates-")), "bundle.pem");
      writeFileSync(path, `${text}\n`, { flag: "wx" });
      return path;
    } catch {} // read-only: the next one
  }
  return undefined;
}

function without(found: readonly BoundCertificate[], warn: Warn): string | undefined {
  const only = found.find(({ isText }) => isText);
  warn(
    `no directory is writable to join the certificates of bindings: Node.js uses ${only ? `only ${only.path}` : "none of them"}`,
  );
  return only?.path;
}
