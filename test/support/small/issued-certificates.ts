import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

/*
 * Certificates with any dates and extensions, written in DER: openssl's command cannot make a certificate that has expired
 * without a database.
 */

/** The special property of a certificate. */
export interface CertificateOptions {
  readonly issuer?: Issued | undefined;
  readonly isCa?: boolean;
  /** Names and addresses of the server. */
  readonly names?: readonly string[];
  /** Days from today at which it starts and ends to be valid. */
  readonly days?: readonly [from: number, to: number];
  /** Object identifiers of the uses, of `1.3.6.1.5.5.7.3`: 1 is servers, 2 is clients. */
  readonly uses?: readonly number[];
  /** Bytes of an extension that nobody knows. */
  readonly padding?: number;
}

export interface Issued {
  readonly subject: string;
  readonly key: KeyObject;
  readonly pem: string;
  readonly keyPem: string;
}

const tlv = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(contents);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const hex = body.length.toString(16);
  const digits = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | digits.length]), digits, body]);
};
const sequence = (...contents: readonly Uint8Array[]) => tlv(0x30, ...contents);
const octets = (content: Uint8Array) => tlv(0x04, content);
const yes = tlv(0x01, Buffer.from([255]));

function identifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const digits = rest.flatMap((part) => {
    const groups = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    return groups;
  });
  return tlv(0x06, Buffer.from([first * 40 + second, ...digits]));
}

const nameOf = (subject: string) =>
  sequence(tlv(0x31, sequence(identifier("2.5.4.3"), tlv(0x0c, Buffer.from(subject)))));
const ecdsaWithSha256 = sequence(identifier("1.2.840.10045.4.3.2"));

function time(days: number): Buffer {
  const digits = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, "");
  return tlv(0x18, Buffer.from(digits));
}

const address = (name: string) =>
  /^[\d.]+$/.test(name) ? tlv(0x87, Buffer.from(name.split(".").map(Number))) : tlv(0x82, Buffer.from(name));

function extensions({ isCa = false, names = [], uses = [], padding = 0 }: CertificateOptions): Buffer {
  const each = [sequence(identifier("2.5.29.19"), yes, octets(isCa ? sequence(yes) : sequence()))];
  if (names.length > 0) each.push(sequence(identifier("2.5.29.17"), octets(sequence(...names.map(address)))));
  const ids = uses.map((use) => identifier(`1.3.6.1.5.5.7.3.${use}`));
  if (ids.length > 0) each.push(sequence(identifier("2.5.29.37"), octets(sequence(...ids))));
  if (padding > 0) each.push(sequence(identifier("1.3.6.1.4.1.99999.1"), octets(Buffer.alloc(padding, 65))));
  return tlv(0xa3, sequence(...each));
}

/** Issues a certificate; without an issuer, it signs itself. */
export function issue(subject: string, options: CertificateOptions = {}): Issued {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { issuer, days: [from, to] = [-1, 1] } = options;
  const serial = randomBytes(8);
  serial[0] = 1;
  const signed = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    ecdsaWithSha256,
    nameOf(issuer?.subject ?? subject),
    sequence(time(from), time(to)),
    nameOf(subject),
    publicKey.export({ format: "der", type: "spki" }),
    extensions(options),
  );
  const signature = createSign("sha256")
    .update(signed)
    .sign(issuer?.key ?? privateKey);
  const certificate = sequence(signed, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return {
    subject,
    key: privateKey,
    pem: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    keyPem: `${privateKey.export({ format: "pem", type: "pkcs8" })}`,
  };
}
