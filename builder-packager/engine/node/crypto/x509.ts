import { Buffer } from "../buffer/class.ts";
import { codedError } from "../errors.ts";
import { bytesOf } from "./data.ts";
import { type Element, membersOf, oidOf, readAll, readElement, require, TAG, timeOf, wrongTag } from "./der.ts";
import { hash } from "./one-shot.ts";

/*
 * X509Certificate as far as it is read from the bytes of a certificate. Nothing is verified, and keys are not read: it has
 * no `publicKey`, `verify` and `check…`.
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** The names that OpenSSL has for the types of attributes. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.13": "description",
  "2.5.4.42": "GN",
  "2.5.4.97": "organizationIdentifier",
};

const BASIC_CONSTRAINTS = "2.5.29.19";
const BMP_STRING = 0x1e;
const UTF8_STRING = 0x0c;

/** The bytes of a certificate in PEM or DER. */
function derOf(input: Bytes): Bytes {
  if (input[0] === TAG.sequence) {
    return input;
  }
  const text = Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString("latin1");
  const found = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END /.exec(text);
  if (found === null) {
    throw codedError(Error, "ERR_OSSL_PEM_NO_START_LINE", "error:0480006C:PEM routines::no start line");
  }
  return Buffer.from(found[1] ?? "", "base64") as Bytes;
}

/** Checks a name, and writes it as OpenSSL does: an attribute per line. */
function nameOf(element: Element | undefined): string {
  return membersOf(element)
    .map((set) => membersOf(set, TAG.set).map(attributeOf).join("+"))
    .join("\n");
}

function attributeOf(element: Element): string {
  const [type, value] = membersOf(element);
  if (value === undefined) {
    throw wrongTag();
  }
  const oid = oidOf(type);
  return `${ATTRIBUTES[oid] ?? oid}=${escapeText(textOf(value))}`;
}

/** Escapes what has a meaning in names (RFC 2253, 2.4). */
function escapeText(text: string): string {
  return text.replace(/[,+"\\<>;]|^[# ]| $/g, "\\$&");
}

function textOf({ tag, content }: Element): string {
  const bytes = Buffer.from(content);
  if (tag === BMP_STRING) {
    return bytes.length % 2 === 0 ? bytes.swap16().toString("utf16le") : bytes.toString("latin1");
  }
  return bytes.toString(tag === UTF8_STRING ? "utf8" : "latin1");
}

interface Contents {
  readonly serial: Bytes;
  readonly issuer: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly subject: string;
  readonly signatureOid: string;
  readonly isAuthority: boolean;
}

/** Reads the structure of RFC 5280, 4.1. Anything that is not in its place is an error. */
function contentsOf(certificate: Element): Contents {
  const [signed, algorithm, signature] = membersOf(certificate);
  const fields = membersOf(signed);
  if (fields[0]?.tag === 0xa0) {
    fields.shift();
  }
  const [serial, innerAlgorithm, issuer, validity, subject, key, ...optional] = fields;
  const [from, to] = membersOf(validity);
  const [keyAlgorithm, keyBits] = membersOf(key);
  oidOf(membersOf(keyAlgorithm)[0]);
  require(keyBits, TAG.bitString);
  oidOf(membersOf(innerAlgorithm)[0]);
  require(signature, TAG.bitString);
  const extensions = optional.find(({ tag }) => tag === 0xa3);
  return {
    serial: require(serial, TAG.integer).content,
    issuer: nameOf(issuer),
    validFrom: timeOf(from),
    validTo: timeOf(to),
    subject: nameOf(subject),
    signatureOid: oidOf(membersOf(algorithm)[0]),
    isAuthority: extensions !== undefined && isAuthority(membersOf(readElement(extensions.content))),
  };
}

/** True if the extension `basicConstraints` allows the certificate to sign others. */
function isAuthority(extensions: readonly Element[]): boolean {
  let result = false;
  for (const extension of extensions) {
    const parts = membersOf(extension);
    const oid = oidOf(parts[0]);
    const { content } = require(parts.at(-1), TAG.octetString);
    if (oid === BASIC_CONSTRAINTS) {
      const [first] = membersOf(readAll(content)[0]);
      result = first?.tag === TAG.boolean && first.content[0] !== 0;
    }
  }
  return result;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Nov 24 04:27:39 2026 GMT` */
function shownTime(date: Date): string {
  const day = String(date.getUTCDate()).padStart(2, " ");
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)} ${date.getUTCFullYear()} GMT`;
}

function hexPairs(hex: string): string {
  return (hex.toUpperCase().match(/../g) ?? []).join(":");
}

export class X509Certificate {
  readonly #raw: Buffer;
  readonly #contents: Contents;

  constructor(certificate: string | ArrayBufferView) {
    const element = readElement(derOf(bytesOf(certificate, "buffer")));
    this.#contents = contentsOf(element);
    this.#raw = Buffer.from(element.whole);
  }

  /** The certificate in DER form. */
  get raw(): Buffer {
    return this.#raw;
  }
  get subject(): string | undefined {
    return this.#contents.subject || undefined;
  }
  get issuer(): string | undefined {
    return this.#contents.issuer || undefined;
  }
  get serialNumber(): string {
    const hex = Buffer.from(this.#contents.serial).toString("hex").toUpperCase();
    const short = hex.replace(/^(?:00)+/, "");
    return short === "" ? "0" : short;
  }
  get validFrom(): string {
    return shownTime(this.#contents.validFrom);
  }
  get validTo(): string {
    return shownTime(this.#contents.validTo);
  }
  get validFromDate(): Date {
    return this.#contents.validFrom;
  }
  get validToDate(): Date {
    return this.#contents.validTo;
  }
  get ca(): boolean {
    return this.#contents.isAuthority;
  }
  get signatureAlgorithmOid(): string {
    return this.#contents.signatureOid;
  }
  get fingerprint(): string {
    return this.#fingerprint("sha1");
  }
  get fingerprint256(): string {
    return this.#fingerprint("sha256");
  }
  get fingerprint512(): string {
    return this.#fingerprint("sha512");
  }

  /** Returns the certificate in PEM form. */
  toString(): string {
    const lines = this.#raw.toString("base64").match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  }

  toJSON(): string {
    return this.toString();
  }

  #fingerprint(algorithm: string): string {
    return hexPairs(hash(algorithm, this.#raw, "hex") as string);
  }
}
