import { expect, test } from "vitest";
import { decodedLogin, publicAddress, withoutPasswords } from "./addresses.ts";

test.each([
  ["https://me:s3cret@x.test/a.tgz", "https://x.test/a.tgz"],
  ["HTTPS://t0ken@x.test", "HTTPS://x.test"],
  ["git+https://t0ken:x-oauth-basic@x.test/a.git#1f2e", "git+https://x.test/a.git#1f2e"],
  ["hg+http://me:a@b@x.test/a", "hg+http://x.test/a"],
  ["git+ssh://git:s3cret@x.test/a.git", "git+ssh://git@x.test/a.git"],
  ["git+ssh://git@x.test/a.git", "git+ssh://git@x.test/a.git"],
  ["https://x.test/@scope/a?mail=a@b", "https://x.test/@scope/a?mail=a@b"],
  ["../a@1", "../a@1"],
])("the URL %j is shown without credentials as %j", (address, expected) => {
  expect(publicAddress(address)).toBe(expected);
});

const token = "$" + "{TOKEN}";
const isVariable = (user: string): boolean => user === token;

test.each([
  ['a = "https://me:s3cret@x.test/a", b: git+https://t0ken@y.test', 'a = "https://x.test/a", b: git+https://y.test'],
  [`https://${token}@x.test, https://t0ken@x.test`, `https://${token}@x.test, https://x.test`],
  ["<https://x.test/@a> git+ssh://git@x.test/b me@x.test", "<https://x.test/@a> git+ssh://git@x.test/b me@x.test"],
])("removing passwords from URLs in the text %j returns %j", (text, expected) => {
  expect(withoutPasswords(text, isVariable)).toBe(expected);
});

test("placeholders in URLs are removed unless the caller declares them public", () => {
  expect(withoutPasswords(`https://${token}@x.test`)).toBe("https://x.test");
});

test.each([
  ["a%26b", "a&b"],
  ["100%", "100%"],
  ["100%zz%26", "100%zz&"],
  ["%ff", "%ff"],
  ["gr%C3%B6%C3%9Fe", "größe"],
])("the encoded password %j is decoded as %j", (text, expected) => {
  expect(decodedLogin(text)).toBe(expected);
});
