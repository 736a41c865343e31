/**
 * Parses lines of the form `key=value`. As in npm, `${NAME}` is replaced by an environment
 * variable.
 */
export function parseNpmrc(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, value] = /^([^#;=][^=]*)=(.*)$/.exec(line.trim()) ?? [];
    if (key === undefined || value === undefined) continue;
    const plain = value.trimStart().replace(/^(["'])(.*)\1$/, "$2");
    entries.set(
      key.trimEnd(),
      plain.replace(/\$\{([^${}]+)\}/g, (whole, name: string) => env[name] ?? whole),
    );
  }
  return entries;
}

/**
 * Returns the `.npmrc` entries that npm reads from environment variables, such as
 * `npm_config_//registry.example.com/:_authToken` and `npm_config_@scope:registry`.
 */
export function npmrcOfEnv(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<string, string> {
  const entries = Object.entries(env).flatMap(([name, value]) => {
    const [, key] = /^npm_config_(\/\/.+|@.+:registry)$/i.exec(name) ?? [];
    return key === undefined || !value ? [] : [[key, value] as const];
  });
  return new Map(entries);
}
