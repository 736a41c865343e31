import { printable } from "./errors.ts";

/**
 * The texts of a `Warning` header (https://github.com/opencontainers/distribution-spec, "Warnings"): those of code 299, which
 * are for the user. There may be several in one header.
 */
export const warningsIn = (header: string | undefined): string[] =>
  [...(header ?? "").matchAll(/(?:^|,)\s*299\s+\S+\s+"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    printable(text.replace(/\\(.)/g, "$1")),
  );
