import { codedError, invalidArgType, invalidArgValue } from "../../errors.ts";
import { checkObject } from "../../internal/checks.ts";
import { jwkOf } from "./jwk.ts";
import { type KeyData, keyBytes, modulusLength, spkiOf } from "./key-data.ts";

interface ExportOptions {
  readonly format?: unknown;
  readonly type?: unknown;
}

/** The data of keys, which programs do not see. */
const dataOfKeys = new WeakMap<object, KeyData>();

/** Returns the data of a key object; undefined for other values. */
export const dataOf = (value: unknown): KeyData | undefined => dataOfKeys.get(value as object);

/** A public key. The engine has no other keys. */
export class PublicKeyObject {
  readonly #data: KeyData;

  constructor(data: KeyData) {
    this.#data = data;
    dataOfKeys.set(this, data);
  }

  get type(): "public" {
    return "public";
  }

  get asymmetricKeyType(): string {
    return this.#data.type;
  }

  get asymmetricKeyDetails(): object {
    if (this.#data.type === "rsa") {
      const publicExponent = BigInt(`0x${this.#data.exponent.toString("hex") || "0"}`);
      return { modulusLength: modulusLength(this.#data), publicExponent };
    }
    return this.#data.type === "ec" ? { namedCurve: this.#data.curve.name } : {};
  }

  get symmetricKeySize(): undefined {
    return undefined;
  }

  export(options: ExportOptions): string | Buffer | object {
    checkObject(options, "options");
    if (options.format === "jwk") {
      return jwkOf(this.#data);
    }
    const isPem = options.format === "pem";
    if (!isPem && options.format !== "der") {
      throw invalidArgValue("options.format", options.format);
    }
    const der = this.#derOf(options.type);
    return isPem ? pemOf(options.type === "pkcs1" ? "RSA PUBLIC KEY" : "PUBLIC KEY", der) : der;
  }

  #derOf(type: unknown): Buffer {
    if (type === "spki") {
      return spkiOf(this.#data);
    }
    if (type !== "pkcs1") {
      throw invalidArgValue("options.type", type);
    }
    if (this.#data.type !== "rsa") {
      throw codedError(
        Error,
        "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS",
        "The selected key encoding pkcs1 can only be used for RSA keys.",
      );
    }
    return keyBytes(this.#data);
  }

  equals(other: unknown): boolean {
    const data = dataOf(other);
    if (data === undefined) {
      throw invalidArgType("otherKeyObject", "an instance of KeyObject", other);
    }
    return spkiOf(this.#data).equals(spkiOf(data));
  }
}

Object.defineProperty(PublicKeyObject.prototype, Symbol.toStringTag, { value: "KeyObject", configurable: true });

function pemOf(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
