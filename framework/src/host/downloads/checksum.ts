/** A checksum of a file. */
export interface Checksum {
  readonly algorithm: "sha256" | "sha384" | "sha512";
  /** The hexadecimal digits in lower case. */
  readonly digest: string;
}

const digestBytes = { sha256: 32, sha384: 48, sha512: 64 } as const;

/**
 * Parses a checksum: `sha256:<hex>`, or `sha512-<base64>` as in npm's lockfiles. Returns undefined
 * for another form or a weaker algorithm.
 */
export function parseChecksum(text: string): Checksum | undefined {
  const [, name, hex, base64] = /^(sha256|sha384|sha512)(?::([0-9a-f]+)|-([A-Za-z0-9+/]+=*))$/i.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  const algorithm = name.toLowerCase() as Checksum["algorithm"];
  const digest = hex?.toLowerCase() ?? Buffer.from(base64 ?? "", "base64").toString("hex");
  return digest.length === 2 * digestBytes[algorithm] ? { algorithm, digest } : undefined;
}

/** Formats a checksum as `sha256:<hex>`. */
export const checksumText = ({ algorithm, digest }: Checksum): string => `${algorithm}:${digest}`;
