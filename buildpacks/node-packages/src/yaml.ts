import { UserError } from "libcnb";

/**
 * Parses a YAML file. If the file contains several documents, the last one is returned, because
 * pnpm 11 writes a document about itself before the app's document.
 *
 * @throws UserError PACKAGES_FILE_INVALID
 */
export async function parseYaml(text: string, name: string): Promise<unknown> {
  const { loadAll } = await import("js-yaml"); // detect does not need it
  try {
    return loadAll(text, yamlOptions).at(-1);
  } catch (error) {
    throw new UserError("PACKAGES_FILE_INVALID", `${name} is not valid YAML`, {
      cause: (error as Error).message,
      hint: `Correct ${name}.`,
    });
  }
}

/**
 * Limits for YAML aliases. Without a limit, thirty lines of nested aliases could fill the memory,
 * because they expand exponentially. Real files contain few aliases.
 */
export const yamlOptions = { maxAliases: 32 } as const;
