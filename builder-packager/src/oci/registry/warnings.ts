import { printable } from "./errors.ts";

/**
 * Returns the texts of a `Warning` header (https://github.com/opencontainers/distribution-spec,
 * "Warnings"). A header may contain several warnings. Only warnings with code 299 are meant for
 * users.
 */
export const warningsIn = (header: string | undefined): string[] =>
  [...(header ?? "").matchAll(/(?:^|,)\s*299\s+\S+\s+"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    printable(text.replace(/\\(.)/g, "$1")),
  );
