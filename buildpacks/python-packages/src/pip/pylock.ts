/** True if a file is, by its name, a lockfile of the standard (PEP 751). */
export const isPylock = (name: string): boolean => /(^|\/)pylock(\.[^/]+)?\.toml$/.test(name);
