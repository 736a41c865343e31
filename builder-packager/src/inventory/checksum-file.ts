import { CnbError } from "../errors.ts";

/**
 * Normalizes the checksum of a file to `sha256:<hex>`, `sha384:<hex>`, `sha512:<hex>` or
 * `sha512-<base64>`. Returns undefined for a weaker or malformed checksum. For hexadecimal digits
 * without an algorithm, the algorithm is determined by the number of digits.
 */
export function checksumOf(text: string): string | undefined {
  const [, name, hex = ""] = /^(?:(sha256|sha384|sha512):)?([0-9a-f]+)$/i.exec(text.trim()) ?? [];
  const algorithm = { 64: "sha256", 96: "sha384", 128: "sha512" }[hex.length];
  if (algorithm !== undefined && (name === undefined || name.toLowerCase() === algorithm))
    return `${algorithm}:${hex.toLowerCase()}`;
  return /^sha512-[A-Za-z0-9+/]{86}==$/.test(text.trim()) ? text.trim() : undefined;
}

/**
 * Finds the checksum of a file in a list of checksums. A line is `<hex>  <name>` as from sha256sum,
 * `SHA256 (<name>) = <hex>` as on BSD, or only the digits.
 *
 * @throws CnbError INVENTORY_SOURCE_INVALID
 */
export function checksumIn(text: string, file: string, url: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const listed = lines.flatMap((line) => {
    const [, hex, name] = /^([0-9a-f]{64,128})\s+\*?(?:\.\/)?(.+)$/i.exec(line) ?? [];
    const [, bsdName, bsdHex] = /^SHA(?:256|384|512) \((.+)\) = ([0-9a-f]+)$/i.exec(line) ?? [];
    const found = hex === undefined ? [bsdName, bsdHex] : [name, hex];
    return found[0]?.replace(/^.*\//, "") === file ? [found[1] ?? ""] : [];
  });
  const [alone = ""] = lines.length < 3 ? (lines[0]?.split(/\s/) ?? []) : [];
  const checksum = checksumOf(listed[0] ?? alone);
  if (checksum !== undefined && new Set(listed).size <= 1) return checksum;
  const reason = listed.length > 1 ? "has several checksums" : "has no SHA-256 or SHA-512 checksum";
  throw new CnbError("INVENTORY_SOURCE_INVALID", `${url} ${reason} for ${file}`, {
    hint: 'Correct the key "checksum" in [[dependency-sources]] of the inventory.',
  });
}
