/** `node:path/posix`, which is `node:path` itself. */
export * from "./index.ts";
export { default } from "./index.ts";
