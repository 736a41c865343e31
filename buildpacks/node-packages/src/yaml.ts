import { UserError } from "libcnb";

/**
 * Parses a YAML file. If there are several documents, the result is the last one, because pnpm 11
 * writes a document about itself before that of the app.
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
 * Limits for YAML aliases. Nested aliases grow exponentially, so that thirty lines can fill the
 * memory. Real files have few aliases.
 */
export const yamlOptions = { maxAliases: 32 } as const;
