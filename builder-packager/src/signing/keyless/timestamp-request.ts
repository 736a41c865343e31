/** `TimeStampReq` (RFC 3161, 2.4.1) in DER up to the digest: version 1, SHA-256. */
const beforeDigest = Buffer.from("30390201013031300d060960864801650304020105000420", "hex");

/** `certReq`: the response contains the certificate of the authority. */
const afterDigest = Buffer.from("0101ff", "hex");

/** Returns the request for a timestamp of a SHA-256 digest. */
export const timestampRequest = (digest: Uint8Array): Buffer => Buffer.concat([beforeDigest, digest, afterDigest]);
