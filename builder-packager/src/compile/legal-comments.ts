import { inOrder } from "./packages.ts";

/**
 * The comments that esbuild has collected (`/*! … *\/`, `@license`, `@preserve`), each once: packages often contain parts of others and say so only
 * there. Without the names of the files, which depend on the folder.
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
