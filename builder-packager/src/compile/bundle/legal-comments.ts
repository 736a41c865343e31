import { inOrder } from "./packages.ts";

/**
 * Returns the legal comments that esbuild collected (`/*! … *\/`, `@license`, `@preserve`), each
 * once. Packages often contain parts of other packages, whose authors they name only in these
 * comments. File names are removed, because they depend on the directory.
 */
export function legalComments(collected: Uint8Array | undefined): readonly string[] {
  const lines = Buffer.from(collected ?? [])
    .toString("utf8")
    .split("\n");
  // Comments are indented, names of files are not.
  const text = lines.map((line) => (/^\S/.test(line) ? "\0" : line.replace(/^ {2}/, ""))).join("\n");
  const comments = text.split("\0").flatMap((block) => block.split(/(?<=\*\/)\n/));
  return [...new Set(comments.map((comment) => comment.trim()).filter((comment) => comment !== ""))].sort(inOrder);
}
