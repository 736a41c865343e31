/** An elliptic curve y² = x³ - 3x + b modulo p (FIPS 186-4, D.1.2). */
export interface Curve {
  /** OpenSSL's name. */
  readonly name: string;
  /** The name in a JWK. */
  readonly jwk: string;
  /** The name in the engine's algorithms. */
  readonly engine: string;
  readonly oid: string;
  /** The identifier in DER. */
  readonly der: string;
  /** The size of a coordinate in bytes. */
  readonly size: number;
  readonly p: bigint;
  readonly b: bigint;
}

/** The curves whose signatures the engine verifies. */
export const CURVES: readonly Curve[] = [
  {
    name: "prime256v1",
    jwk: "P-256",
    engine: "p256",
    oid: "1.2.840.10045.3.1.7",
    der: "06082a8648ce3d030107",
    size: 32,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  },
  {
    name: "secp384r1",
    jwk: "P-384",
    engine: "p384",
    oid: "1.3.132.0.34",
    der: "06052b81040022",
    size: 48,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  },
];

const numberOf = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString("hex") || "0"}`);

/** True if a point with these coordinates is on the curve. */
export function isOnCurve({ p, b }: Curve, xBytes: Buffer, yBytes: Buffer): boolean {
  const [x, y] = [numberOf(xBytes), numberOf(yBytes)];
  return x < p && y < p && (y * y - (x * x * x - 3n * x + b)) % p === 0n;
}
