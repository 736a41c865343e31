import { type DerValue, derValues } from "./der.ts";

// object identifiers as they are encoded in files: https://www.rfc-editor.org/rfc/rfc7292
const data = "2a864886f70d010701";
const certificateBag = "2a864886f70d010c0a0103";
const x509 = "2a864886f70d01091601";

/**
 * Reads the certificates of a truststore in the format that Java uses since version 18: PKCS #12
 * without a password. Undefined for another format, or for an encrypted truststore.
 */
export function certificatesOfPkcs12(bytes: Buffer): readonly Buffer[] | undefined {
  try {
    const [, safe] = parts(only(derValues(bytes)));
    const contents = parts(only(derValues(dataOf(safe))));
    return contents.flatMap((each) => parts(only(derValues(dataOf(each))))).flatMap(certificatesOfBag);
  } catch {
    return undefined;
  }
}

/** The content of a ContentInfo: the octets of its data. */
const dataOf = (content: DerValue | undefined): Buffer => only(parts(typed(content, data))).contents;

function certificatesOfBag(bag: DerValue): readonly Buffer[] {
  const [type, value] = parts(bag);
  if (type?.contents.toString("hex") !== certificateBag) return [];
  return [only(parts(typed(only(parts(value)), x509))).contents];
}

/** The second of two parts. The first part is its type. */
function typed(value: DerValue | undefined, type: string): DerValue {
  const [name, second] = parts(value);
  if (name?.contents.toString("hex") !== type || second === undefined)
    throw new RangeError("the truststore is not a supported PKCS #12 file: a DER value has an unexpected type");
  return second;
}

function parts(value: DerValue | undefined): readonly DerValue[] {
  if (value === undefined)
    throw new RangeError("the truststore is not a supported PKCS #12 file: a DER value is missing");
  return derValues(value.contents);
}

function only(values: readonly DerValue[]): DerValue {
  const [value] = values;
  if (value === undefined || values.length > 1)
    throw new RangeError(
      "the truststore is not a supported PKCS #12 file: a DER sequence does not contain exactly one value",
    );
  return value;
}
