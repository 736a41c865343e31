import type { Tree, TreeEntry } from "../host/tree.ts";

/** A file: its text or bytes, with its mode where the text does not tell it: a text that begins with `#!` is executable (755), everything else is not (644). */
export type FileEntry = TreeEntry;

/**
 * A directory in memory: contents by path relative to it. A path that ends in `/` is an empty directory, a text that starts with `-> ` a
 * symbolic link. In results a file that is not UTF-8 is bytes, and the harness's own directories read `<layers>`, `<app>`, `<platform>`, `<buildpack>`.
 */
export type FileMap = Tree;
