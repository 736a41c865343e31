/**
 * Returns the repository in the name of an image, without its tag and digest; undefined for a tag
 * alone.
 *
 * @example `repositoryOfName("example.com/app:1") // "example.com/app"`
 */
export function repositoryOfName(name: string): string | undefined {
  const repository = name.replace(/@.*$/s, "").replace(/:[^:/]*$/, "");
  const isTag = repository === name && !name.includes("/");
  return isTag || repository === "" ? undefined : repository;
}
