/**
 * Returns the home directory of a user in the text of an /etc/passwd; undefined if the user or an
 * absolute path is missing.
 */
export function homeOf(passwd: string | undefined, uid: number): string | undefined {
  const entry = passwd
    ?.split("\n")
    .map((line) => line.split(":"))
    .find((fields) => fields[2] === String(uid));
  const home = entry?.[5];
  return home?.startsWith("/") ? home : undefined;
}
