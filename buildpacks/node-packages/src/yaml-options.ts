/**
 * Limits for YAML aliases. Nested aliases grow exponentially, so that thirty lines can fill the
 * memory. Real files have few aliases.
 */
export const yamlOptions = { maxAliases: 32 } as const;
