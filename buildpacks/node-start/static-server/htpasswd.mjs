import { createHash, timingSafeEqual } from "node:crypto";

/** Returns the users of a .htpasswd file, each with a function that checks a password; `undefined` for unsupported hashes. */
export function usersOf(text) {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(":")), checkOf(line.slice(line.indexOf(":") + 1))]));
}

/** `htpasswd` writes `$apr1$` by default and `{SHA}` with -s. bcrypt and crypt need libraries that Node.js does not have. */
function checkOf(stored) {
  const [, salt] = /^\$apr1\$([^$]{1,8})\$/.exec(stored) ?? [];
  if (salt !== undefined) return (password) => isSame(apr1(password, salt), stored);
  if (stored.startsWith("{SHA}")) return (password) => isSame(`{SHA}${sha1(password).toString("base64")}`, stored);
  if (stored.startsWith("{SSHA}")) return saltedCheck(Buffer.from(stored.slice(6), "base64"));
  if (stored.startsWith("{PLAIN}")) return (password) => isSame(`{PLAIN}${password}`, stored);
  return undefined;
}

const saltedCheck = (bytes) => (password) =>
  isSame(sha1(password, bytes.subarray(20)).toString("hex"), bytes.subarray(0, 20).toString("hex"));

const sha1 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("sha1")).digest();
const md5 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash("md5")).digest();

/** Compares two texts in constant time. */
const isSame = (a, b) => timingSafeEqual(sha1(a), sha1(b));

/** Apache's form of MD5 for passwords: https://httpd.apache.org/docs/2.4/misc/password_encryptions.html */
export function apr1(text, salt) {
  const password = Buffer.from(text);
  const other = md5(password, salt, password);
  const parts = [password, "$apr1$", salt];
  for (let left = password.length; left > 0; left -= 16) parts.push(other.subarray(0, Math.min(16, left)));
  for (let bits = password.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? Buffer.of(0) : password.subarray(0, 1));
  let digest = md5(...parts);
  for (let round = 0; round < 1000; round += 1) {
    const [front, back] = round % 2 ? [password, digest] : [digest, password];
    digest = md5(front, ...(round % 3 ? [salt] : []), ...(round % 7 ? [password] : []), back);
  }
  return `$apr1$${salt}$${letters(digest)}`;
}

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const order = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]];

/** Encodes the digest as apr1 does: six bits for each character, the lowest bits first, and the bytes in apr1's order. */
const letters = (digest) =>
  order
    .map((places) => {
      const value = places.reduce((sum, place) => sum * 256 + digest[place], 0);
      return Array.from({ length: places.length + 1 }, (_, index) => alphabet[(value >> (6 * index)) & 63]).join("");
    })
    .join("");
