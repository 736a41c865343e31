import {
  createHash,
  createHmac,
  hash,
  randomBytes,
  randomInt,
  randomUUID,
  timingSafeEqual,
  webcrypto,
} from "node:crypto";
import { report, reportLater, untyped } from "../report.ts";

for (const algorithm of ["md5", "sha1", "sha256", "sha384", "sha512", "SHA256", "sha-256", "RSA-SHA256"]) {
  report(`createHash ${algorithm}`, () => createHash(algorithm).update("abc").update(Buffer.from("d")).digest("hex"));
  report(`createHmac ${algorithm}`, () => createHmac(algorithm, "key").update("abc").digest("base64"));
  report(`createHmac long key ${algorithm}`, () => createHmac(algorithm, "k".repeat(200)).update("abc").digest("hex"));
}
for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
  report(`hash ${algorithm}`, () => [hash(algorithm, "é"), hash(algorithm, Buffer.from("x"), "base64url")]);
  report(`hash buffer ${algorithm}`, () => hash(algorithm, "", "buffer"));
}
report("digest kinds", () => {
  const start = createHash("sha1").update("a");
  return [start.copy().digest(), start.copy().digest("base64"), start.copy().digest("binary"), start.digest("hex")];
});
report("update encoding", () => createHash("sha1").update("6162", "hex").digest("hex"));
report("update view", () =>
  createHash("sha1")
    .update(new Uint16Array([1, 2]))
    .update(new DataView(new ArrayBuffer(3), 1))
    .digest("hex"),
);
report("copy", () => {
  const first = createHash("md5").update("a");
  const second = first.copy();
  return [first.update("b").digest("hex"), second.update("c").digest("hex")];
});
report("unknown", () => createHash("nope"));
report("unknown hash", () => hash("nope", "x"));
report("no algorithm", () => createHash(untyped(undefined)));
report("twice", () => {
  const one = createHash("sha1");
  one.digest();
  return one.digest();
});
report("update after", () => {
  const one = createHash("sha1");
  one.digest();
  return one.update("x");
});
report("copy after", () => {
  const one = createHash("sha1");
  one.digest();
  return one.copy();
});
report("update bad", () => createHash("sha1").update(untyped(5)));
report("hash bad", () => hash("sha1", untyped(5)));
report("hash bad output", () => hash("sha1", "x", untyped("nope")));
report("hmac unknown", () => createHmac("nope", "k"));
report("hmac no key", () => createHmac("sha1", untyped(undefined)));
report("hmac twice", () => {
  const one = createHmac("sha1", "k");
  one.digest();
  return [one.digest("hex"), one.digest()];
});
report("random", () => [
  randomBytes(5).length,
  Buffer.isBuffer(randomBytes(0)),
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(randomUUID()),
  randomInt(3) < 3,
  randomInt(5, 6),
  webcrypto.getRandomValues(new Uint8Array(3)).length,
]);
report("randomBytes negative", () => randomBytes(-1));
report("randomBytes text", () => randomBytes(untyped("x")));
report("randomInt bad", () => randomInt(5, 2));
report("randomInt text", () => randomInt(untyped("5")));
report("timingSafeEqual", () => [
  timingSafeEqual(Buffer.from("a"), Buffer.from("a")),
  timingSafeEqual(Buffer.from("a"), Buffer.from("b")),
]);
report("timingSafeEqual length", () => timingSafeEqual(Buffer.from("a"), Buffer.from("ab")));
await reportLater("subtle", async () => {
  const digests: string[] = [];
  for (const name of ["SHA-1", "sha-256", "SHA-384", "SHA-512"]) {
    digests.push(Buffer.from(await webcrypto.subtle.digest(name, Buffer.from("abc"))).toString("hex"));
  }
  return digests;
});
await reportLater("subtle unknown", () => webcrypto.subtle.digest("MD5", Buffer.from("abc")));
await reportLater(
  "randomBytes later",
  () =>
    new Promise((resolve) => {
      randomBytes(4, (error, bytes) => resolve([error, bytes.length]));
    }),
);
