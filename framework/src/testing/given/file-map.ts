import { type Tree, type TreeEntry, writeFileMap } from "../../host/files/tree.ts";

/**
 * A file: its text or bytes, with its mode if it is not the default: a text that starts with `#!`
 * is executable (755), any other file is not (644).
 */
export type FileEntry = TreeEntry;

/**
 * A directory in memory: contents by relative path. A path that ends in `/` is an empty directory,
 * a text that starts with `-> ` a symbolic link. In results, a file that is not UTF-8 is bytes, and
 * the harness's own directories are written `<layers>`, `<app>`, `<platform>`, `<buildpack>`.
 */
export type FileMap = Tree;

/**
 * Writes files into a directory, which is created if necessary: fixtures of tests that run on disk.
 *
 * @example `await writeFiles(path, { "package.json": "{}", "bin/run": "#!/bin/sh\n" })`
 */
export async function writeFiles(dir: string, files: FileMap): Promise<void> {
  return writeFileMap(dir, files);
}
