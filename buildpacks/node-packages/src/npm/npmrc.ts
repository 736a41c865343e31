/** Keys of an `.npmrc` that hold a secret: `_authToken`, `_auth`, `_password`, client keys; alone or after `//host/:`. */
const secretKey = /^\s*(?:\/\/[^=]*:)?(?:_auth(?:Token)?|_password|username|email|key|keyfile|cert|certfile)\s*=/i;

/**
 * Takes the credentials out of an `.npmrc`; `undefined` when it has none.
 *
 * Everything in the app folder goes into the image, and at launch nobody logs in to a registry.
 */
export function withoutCredentials(npmrc: string): string | undefined {
  const lines = npmrc.split("\n");
  const kept = lines.filter((line) => !secretKey.test(line));
  return kept.length === lines.length ? undefined : kept.join("\n");
}
