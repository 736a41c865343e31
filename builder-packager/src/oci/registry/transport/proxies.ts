const variables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/** True if the environment names a proxy. */
export const namesProxies = (env: NodeJS.ProcessEnv): boolean => variables.some((name) => env[name]);

/**
 * Returns a warning if the environment names proxies but this version of Node.js does not support
 * them, so that connections are direct; otherwise undefined. Node.js supports proxies since 22.21
 * and 24.5.
 */
export function proxyWarning(env: NodeJS.ProcessEnv, version: string): string | undefined {
  const variable = variables.find((name) => env[name]);
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const knows = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
  return variable === undefined || knows
    ? undefined
    : `${variable} is not used: Node.js ${version} does not support proxies; 22.21, 24.5 and newer do`;
}
