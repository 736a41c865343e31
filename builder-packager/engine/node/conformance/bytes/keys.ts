import nodeCrypto, { constants, createPublicKey, type JsonWebKey, type KeyObject, verify } from "node:crypto";
import { report, reportLater, untyped } from "../report.ts";
import { CERTIFICATE, DATA, SIGNED } from "./signed.ts";

/* Public keys and signatures. The engine signs nothing, so the signatures are stored. */

const OTHERS: readonly unknown[] = [undefined, null, 5, [], {}];
const data = Buffer.from(DATA);
const decoded = (text: string | undefined): Buffer => Buffer.from(text ?? "", "base64");
const keyOf = (name: string): KeyObject =>
  createPublicKey({ key: decoded(SIGNED[name]?.key), format: "der", type: "spki" });

report("constants", () => constants);
report("names of constants", () => Object.keys(constants));
report("the same objects", () => [
  nodeCrypto.constants === constants,
  nodeCrypto.createPublicKey === createPublicKey,
  nodeCrypto.verify === verify,
]);

/** Bytes as a program reads them: with a changed byte, without the last one, and none. */
function changes(bytes: Buffer): readonly Buffer[] {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(changed.readUInt8(changed.length - 5) ^ 1, changed.length - 5);
  return [changed, bytes.subarray(0, -1), Buffer.alloc(0), Buffer.concat([bytes, Buffer.of(0)])];
}

for (const [name, { key: der, p1363, signatures }] of Object.entries(SIGNED)) {
  const key = keyOf(name);
  report(`${name}, properties`, () => [
    key.type,
    key.asymmetricKeyType,
    key.asymmetricKeyDetails,
    key.symmetricKeySize,
    Object.keys(key),
    String(key),
  ]);
  const pem = key.export({ type: "spki", format: "pem" });
  report(`${name}, exported`, () => [
    pem,
    key.export({ type: "spki", format: "der" }).equals(decoded(der)),
    key.export({ format: "jwk" }),
  ]);
  report(`${name}, PKCS #1`, () => {
    const text = key.export({ type: "pkcs1", format: "pem" });
    const bytes = key.export({ type: "pkcs1", format: "der" });
    return [
      text,
      createPublicKey(text).equals(key),
      createPublicKey({ key: bytes, format: "der", type: "pkcs1" }).equals(key),
    ];
  });
  report(`${name}, read again`, () => [
    createPublicKey(pem).equals(key),
    createPublicKey(Buffer.from(`text\n${pem}more`)).equals(key),
    createPublicKey({ key: pem }).equals(key),
    createPublicKey({ key: Buffer.from(pem).toString("hex"), format: "pem", encoding: "hex" }).equals(key),
    createPublicKey({ key: key.export({ format: "jwk" }), format: "jwk" }).equals(key),
    Object.keys(SIGNED).map((other) => key.equals(keyOf(other))),
  ]);
  for (const [hash, text] of Object.entries(signatures)) {
    const algorithm = hash === "none" ? null : hash;
    const signature = decoded(text);
    report(`${name}, ${hash}`, () => [
      verify(algorithm, data, key, signature),
      verify(algorithm, data, pem, signature),
      verify(algorithm, data, { key }, signature),
      verify(algorithm, data, { key: pem, format: "pem" }, signature),
      verify(algorithm, new DataView(data.buffer, data.byteOffset, data.length), key, new Uint8Array(signature)),
      verify(algorithm, untyped<Buffer>(DATA), key, signature),
      verify(algorithm, Buffer.from("other data"), key, signature),
      verify(algorithm, Buffer.alloc(0), key, signature),
      changes(signature).map((changed) => verify(algorithm, data, key, changed)),
      Object.keys(SIGNED)
        .filter((other) => keyOf(other).asymmetricKeyType === key.asymmetricKeyType && other !== name)
        .filter((other) => !(hash === "sha384" && other === "rsa1024"))
        .map((other) => verify(algorithm, data, keyOf(other), signature)),
    ]);
    await reportLater(`${name}, ${hash}, later`, () => {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      const result = untyped<unknown>(verify(algorithm, data, key, signature, (...results) => resolve(results)));
      return Promise.all([promise, result]);
    });
  }
  if (p1363 !== undefined) {
    const signature = decoded(p1363);
    const options = { key, dsaEncoding: "ieee-p1363" } as const;
    report(`${name}, IEEE P1363`, () => [
      verify("sha256", data, options, signature),
      verify("SHA256", data, { ...options, padding: constants.RSA_PKCS1_PADDING }, signature),
      changes(signature).map((changed) => verify("sha256", data, options, changed)),
      verify("sha256", data, { key, dsaEncoding: "der" }, signature),
      verify("sha256", data, options, decoded(signatures["sha256"])),
    ]);
  }
}

const rsa = keyOf("rsa2048");
const signature = decoded(SIGNED["rsa2048"]?.signatures["sha256"]);
for (const algorithm of [undefined, null, "SHA256", "RSA-SHA256", "sha-256", "sha512", "nope", "", 5, {}]) {
  report(`verify by ${algorithm}`, () => verify(untyped(algorithm), data, rsa, signature));
}
for (const algorithm of [undefined, "sha512", "nope"]) {
  report(`verify with Ed25519 by ${algorithm}`, () => verify(algorithm, data, keyOf("ed25519"), Buffer.alloc(64)));
}
for (const padding of [1, 3, 4, 99, "x", null, 1.5, undefined]) {
  report(`verify with the padding ${padding}`, () =>
    verify("sha256", data, { key: rsa, padding: untyped(padding) }, signature),
  );
}
for (const value of ["nope", 5, null, undefined]) {
  report(`verify with the option ${value}`, () => [
    verify("sha256", data, { key: rsa, dsaEncoding: untyped(value) }, signature),
  ]);
  report(`verify with saltLength ${value}`, () =>
    verify("sha256", data, { key: rsa, saltLength: untyped(value) }, signature),
  );
}
for (const value of OTHERS) {
  const shown = JSON.stringify(value);
  report(`createPublicKey of ${shown}`, () => createPublicKey(untyped(value)));
  report(`createPublicKey of the key ${shown}`, () => createPublicKey({ key: untyped<string>(value) }));
  report(`createPublicKey of the format ${shown}`, () => createPublicKey({ key: "x", format: untyped<"pem">(value) }));
  report(`createPublicKey of the type ${shown}`, () =>
    createPublicKey({ key: Buffer.of(1), format: "der", type: untyped<"spki">(value) }),
  );
  report(`createPublicKey of JWK ${shown}`, () => createPublicKey({ key: untyped<JsonWebKey>(value), format: "jwk" }));
  report(`export with ${shown}`, () => rsa.export(untyped(value)));
  report(`export in the format ${shown}`, () => rsa.export({ type: "spki", format: untyped(value) }));
  report(`export of the type ${shown}`, () => rsa.export({ type: untyped(value), format: "der" }));
  report(`equals ${shown}`, () => rsa.equals(untyped(value)));
  report(`verify of ${shown}`, () => verify("sha256", untyped(value), rsa, signature));
  report(`verify with the key ${shown}`, () => verify("sha256", data, untyped(value), signature));
  report(`verify of the signature ${shown}`, () => verify("sha256", data, rsa, untyped(value)));
  report(`verify with the callback ${shown}`, () => verify("sha256", data, rsa, signature, untyped(value)));
}
for (const key of [
  { kty: "X" },
  { kty: "RSA" },
  { kty: "RSA", n: 5, e: "AQAB" },
  { kty: "OKP", crv: "X" },
  { kty: "OKP", crv: "Ed25519" },
  { kty: "OKP", crv: "Ed25519", x: "AAAA" },
  { kty: "EC", crv: "P-256", x: "AAAA", y: "AAAA" },
  { kty: "EC", crv: "P-1", x: "AAAA", y: "AAAA" },
  { kty: "oct", k: "AAAA" },
]) {
  report(`createPublicKey of ${JSON.stringify(key)}`, () =>
    createPublicKey({ key: untyped<JsonWebKey>(key), format: "jwk" }),
  );
}
report("createPublicKey of a public key", () => createPublicKey(untyped(rsa)));
report("createPublicKey of the option of a public key", () => createPublicKey({ key: untyped<string>(rsa) }));
report("createPublicKey of a certificate", () => createPublicKey(CERTIFICATE).export({ type: "spki", format: "pem" }));
for (const text of ["", "x", "-----BEGIN NOPE-----\nAAAA\n-----END NOPE-----\n", "-----BEGIN PUBLIC KEY-----\nAAAA"]) {
  report(`createPublicKey of the text ${text}`, () => createPublicKey(text));
}
for (const bytes of [[], [1], [48], [48, 0], [48, 3, 48, 1, 0], [48, 2, 5, 0]]) {
  for (const type of ["spki", "pkcs1"] as const) {
    report(`createPublicKey of the bytes ${bytes} in ${type}`, () =>
      createPublicKey({ key: Buffer.from(bytes), format: "der", type }),
    );
  }
}
