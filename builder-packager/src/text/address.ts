/**
 * Removes secrets from the URLs in a text: user names, passwords, and queries, which may contain
 * signatures and tokens. A quote that ends a word of the text ends the URL. Other quotes are part of
 * the password or the query.
 *
 * @example `withoutSecrets("cannot fetch https://me:secret@example.com/a?token=x") // "cannot fetch https://***@example.com/a?***"`
 */
export const withoutSecrets = (text: string): string =>
  text
    .replaceAll(/(?<=\bhttps?:\/\/)(?:[^\s/?#"'<>`]|["'<>`](?!$|[\s,]))*@/gi, "***@")
    .replaceAll(/(?<=\bhttps?:\/\/)(?:[^\s"'<>`]|'(?![^\w\s]{0,8}(?:\s|$)|,))*/gi, (address) =>
      address.replace(/\?.+$/, "?***"),
    );

/**
 * Removes secrets from the URLs in an error: in its message, its stack, its other properties and its
 * causes. The error stays the same object. Lists, URLs and plain objects in its properties are
 * replaced by copies, because others may use them, such as the options of a request.
 */
export const errorWithoutSecrets = (error: unknown): unknown => masked(error, new Map());

function masked(value: unknown, done: Map<unknown, unknown>): unknown {
  if (typeof value === "string") return withoutSecrets(value);
  if (value instanceof URL) return new URL(withoutSecrets(value.href));
  if (done.has(value)) return done.get(value);
  if (!(value instanceof Error || Array.isArray(value) || isPlain(value))) return value;
  const result = value instanceof Error ? value : emptyCopy(value);
  done.set(value, result);
  for (const [name, { value: own, writable }] of Object.entries(Object.getOwnPropertyDescriptors(value)))
    if (writable || result !== value) Object.assign(result, { [name]: masked(own, done) });
  return result;
}

const emptyCopy = (value: object): object => (Array.isArray(value) ? [] : {});

/** True for plain objects. Other objects, such as sockets, are not changed. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
