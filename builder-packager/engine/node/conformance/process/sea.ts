import sea, { getAsset, getRawAsset, isSea } from "node:sea";
import { report, untyped } from "../report.ts";

/* Runs as a single executable application of Node.js, with the assets that the test puts into it. */

report("isSea", () => [isSea(), sea.isSea === isSea, sea.getAsset === getAsset]);
for (const encoding of [undefined, "utf8", "utf-8", "latin1", "utf-16le", "nope", 5, null]) {
  report(`getAsset in ${encoding}`, () => {
    const asset: unknown = getAsset("text", untyped<string>(encoding));
    return asset instanceof ArrayBuffer ? [...new Uint8Array(asset)] : asset;
  });
}
report("getAsset copies", () => {
  new Uint8Array(getAsset("text")).fill(0);
  return getAsset("text", "utf8");
});
report("getRawAsset", () => [
  getRawAsset("text") instanceof ArrayBuffer,
  new TextDecoder().decode(untyped<ArrayBuffer>(getRawAsset("text"))),
  untyped<ArrayBuffer>(getRawAsset("empty")).byteLength,
]);
for (const name of ["none", "", 5, undefined, null]) {
  report(`getAsset of ${JSON.stringify(name)}`, () => getAsset(untyped(name)));
  report(`getRawAsset of ${JSON.stringify(name)}`, () => getRawAsset(untyped(name)));
}
