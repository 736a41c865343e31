/** The cause of a failed npm command, and the next step. */
export interface NpmProblem {
  readonly message: string;
  readonly hint: string;
}

const registryOptions = "--registry URL or --packages DIR";

/**
 * Explains npm's error if the npm registry is the cause: the registry lacks a package, requires a
 * login or cannot be reached. Returns undefined for any other error, because npm's own text is then
 * sufficient.
 *
 * @example `npmProblem("npm error code E401")?.hint // "Log in with npm login, …"`
 */
export function npmProblem(output: string): NpmProblem | undefined {
  const code = /^npm (?:error|ERR!) code (\S+)/m.exec(output)?.[1] ?? "";
  const address = /(?:GET|request to) (https?:\/\/[^\s,]+)/.exec(output)?.[1];
  const subject = address === undefined ? "the npm registry" : registryOf(address);
  if (code === "E404")
    return {
      message: `${subject} does not have ${packageIn(address)}`,
      hint: `Use a registry that has the package, or a directory with the packages as files: ${registryOptions}.`,
    };
  if (code === "ETARGET")
    return {
      message: `${subject} does not have the version that the project needs`,
      hint: `Update the registry's copy of the package, or use another one: ${registryOptions}.`,
    };
  if (code === "E401" || code === "ENEEDAUTH")
    return { message: `${subject} requires a login`, hint: `Log in: npm login${forRegistry(address)}.` };
  if (code === "E403")
    return { message: `${subject} refuses access`, hint: "Ask its administrator for access to the package." };
  if (unreachable.has(code))
    return {
      message: `${subject} cannot be reached (${code})`,
      hint: "Check the address of the registry, and npm's settings for proxy and cafile.",
    };
  return undefined;
}

const unreachable = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN"]);

const registryOf = (address: string): string => new URL(address).origin;
const forRegistry = (address: string | undefined): string =>
  address === undefined ? "" : ` --registry ${registryOf(address)}`;

/** The last part of the address, which is the name of the package: `@libcnb%2fpackager`. */
function packageIn(address: string | undefined): string {
  const [, name] = /\/((?:@[^/%]+(?:\/|%2f))?[^/]+)$/i.exec(address ?? "") ?? [];
  return name === undefined ? "a package that the project needs" : `the package ${decodeURIComponent(name)}`;
}
