/** Aliases of aliases grow to any size: thirty lines are enough to fill the memory. Files that people write have a few. */
export const yamlOptions = { maxAliases: 32 } as const;
