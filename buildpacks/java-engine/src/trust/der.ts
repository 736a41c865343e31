/** A value in the Distinguished Encoding Rules (DER) of ASN.1. */
export interface DerValue {
  readonly tag: number;
  readonly contents: Buffer;
}

const longForm = 0x80;

/**
 * Parses consecutive DER values in bytes.
 *
 * @throws RangeError for other data
 */
export function derValues(bytes: Buffer): readonly DerValue[] {
  const values: DerValue[] = [];
  for (let position = 0; position < bytes.length; ) {
    const { value, end } = valueAt(bytes, position);
    values.push(value);
    position = end;
  }
  return values;
}

function valueAt(bytes: Buffer, position: number): { readonly value: DerValue; readonly end: number } {
  const tag = bytes.readUInt8(position);
  const first = bytes.readUInt8(position + 1);
  const digits = first < longForm ? 0 : first - longForm;
  // without a length, which Java never writes, or longer than any file
  if (first === longForm || digits > 4)
    throw new RangeError("the DER data of the truststore contains an invalid length");
  const start = position + 2 + digits;
  const end = start + (digits === 0 ? first : bytes.readUIntBE(position + 2, digits));
  if (end > bytes.length) throw new RangeError("the DER data of the truststore is truncated");
  return { value: { tag, contents: bytes.subarray(start, end) }, end };
}
