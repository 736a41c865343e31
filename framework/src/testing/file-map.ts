import { type Tree, type TreeEntry, writeFileMap } from "../host/tree.ts";

/** A file: its text or bytes, with its mode where the text does not tell it: a text that begins with `#!` is executable (755), everything else is not (644). */
export type FileEntry = TreeEntry;

/**
 * A directory in memory: contents by path relative to it. A path that ends in `/` is an empty directory, a text that starts with `-> ` a
 * symbolic link. In results a file that is not UTF-8 is bytes, and the harness's own directories read `<layers>`, `<app>`, `<platform>`, `<buildpack>`.
 */
export type FileMap = Tree;

/**
 * Writes files into a directory, which is made if need be: fixtures of tests that run on the disk.
 *
 * @example `await writeFiles(path, { "package.json": "{}", "bin/run": "#!/bin/sh\n" })`
 */
export async function writeFiles(dir: string, files: FileMap): Promise<void> {
  return writeFileMap(dir, files);
}
