/**
 * A directory in memory: contents by path relative to it. A path that ends in `/` is an empty directory, a text that starts with `-> ` a
 * symbolic link. In results a file that is not UTF-8 is bytes, and the harness's own directories read `<layers>`, `<app>`, `<platform>`, `<buildpack>`.
 */
export type FileMap = Readonly<Record<string, string | Uint8Array>>;
