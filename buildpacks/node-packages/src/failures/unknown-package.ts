/**
 * The package that the registry does not have, with the requested version if the tool names it:
 * `@acme/shop@^1.0.0`. Undefined if the output does not name it.
 */
export function unknownPackage(output: string): string | undefined {
  for (const pattern of patterns) {
    const { name, version } = pattern.exec(output)?.groups ?? {};
    if (name !== undefined) return decodeName(version === undefined ? name : `${name}@${version}`);
  }
  return undefined;
}

const spec = "(?<name>@?[^\\s'\"@]+@[^\\s'\"]+?)";

/** What the tools print; `samples` has the outputs. */
const patterns: readonly RegExp[] = [
  new RegExp(`requested resource '${spec}' could not be found`), // npm 12
  new RegExp(`'${spec}' is not in this registry`), // npm up to 11
  new RegExp(`No matching version found for ${spec}\\.?(?=\\s|$)`, "m"), // npm, pnpm
  /YN00\d\d: │ (?<name>@?[^\s@]+)@npm:(?<version>\S+?): (?:Package not found|No candidates found)/,
  /Couldn't find any versions for "(?<name>[^"]+)" that matches "(?<version>[^"]+)"/, // Yarn 1
  /Couldn't find package "(?<name>[^"]+)"/, // Yarn 1
  /No version matching "(?<version>[^"]+)" found for specifier "(?<name>[^"]+)"/, // Bun
  /(?:GET |│ {3})https?:\/\/[^\s]*?\/?(?<name>@[\w.~-]+%2f[\w.~-]+|[\w.~-]+)(?: - 404\b|: Not Found - 404\b)/i, // Bun, pnpm
];

/** A version that is a URL may contain a password. */
const decodeName = (name: string): string => name.replace(/@[a-z+]+:\/\/.*$/, "").replace(/%2f/i, "/");
