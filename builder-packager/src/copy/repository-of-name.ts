/**
 * Returns the repository in the name of an image, without tag and digest. Returns undefined if the
 * name is only a tag.
 *
 * @example `repositoryOfName("example.com/app:1") // "example.com/app"`
 */
export function repositoryOfName(name: string): string | undefined {
  const repository = name.replace(/@.*$/s, "").replace(/:[^:/]*$/, "");
  const isTag = repository === name && !name.includes("/");
  return isTag || repository === "" ? undefined : repository;
}
