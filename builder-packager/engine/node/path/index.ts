/** `node:path` and `node:path/posix`. */

export { default, default as posix } from "./default.ts";
export { matchesGlob } from "./lazy-match.ts";
export type { ParsedPath } from "./parts.ts";
export {
  basename,
  delimiter,
  dirname,
  extname,
  format,
  isAbsolute,
  join,
  normalize,
  parse,
  relative,
  resolve,
  sep,
  toNamespacedPath,
} from "./parts.ts";
