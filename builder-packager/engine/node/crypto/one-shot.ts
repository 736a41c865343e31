import { digest, updateHash } from "engine:crypto";
import { Buffer } from "../buffer/class.ts";
import { encodingOf } from "../buffer/encoding.ts";
import { invalidArgValue } from "../errors.ts";
import { checkObject, checkString } from "../internal/checks.ts";
import { startHash } from "./algorithm.ts";
import { bytesOf } from "./data.ts";
import { textOf } from "./output.ts";

interface HashOptions {
  readonly outputEncoding?: string;
}

function outputOf(options: string | HashOptions): string {
  if (typeof options !== "string") {
    checkObject(options, "options");
  }
  const encoding = typeof options === "string" ? options : (options.outputEncoding ?? "hex");
  checkString(encoding, "outputEncoding");
  if (encoding.toLowerCase() === "buffer") {
    return "buffer";
  }
  const known = encoding === "" ? "utf8" : encodingOf(encoding);
  if (known === undefined) {
    throw invalidArgValue("outputEncoding", encoding);
  }
  return known;
}

/** `crypto.hash`: computes the digest of complete data. The default encoding is hexadecimal. */
export function hash(algorithm: string, input: unknown, options: string | HashOptions = {}): string | Buffer {
  checkString(algorithm, "algorithm");
  const bytes = bytesOf(input, "input");
  const encoding = outputOf(options);
  const handle = startHash(algorithm);
  if (handle === undefined) {
    throw new Error(`Digest method ${algorithm} is not supported`);
  }
  updateHash(handle, bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const result = digest(handle);
  return textOf(result, encoding) ?? Buffer.from(result);
}
