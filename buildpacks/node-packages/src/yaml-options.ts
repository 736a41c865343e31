/**
 * Limits YAML aliases: nested aliases grow exponentially, and thirty lines can fill the memory.
 * Real files have few.
 */
export const yamlOptions = { maxAliases: 32 } as const;
