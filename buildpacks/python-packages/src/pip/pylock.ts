/**
 * True if a file has the name of a standard lockfile (PEP 751): `pylock.toml` or
 * `pylock.<name>.toml`.
 */
export const isPylock = (name: string): boolean => /(^|\/)pylock(\.[^/]+)?\.toml$/.test(name);
