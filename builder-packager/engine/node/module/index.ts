import { codedError } from "../errors.ts";
import { SourceMap } from "./source-map.ts";

export { SourceMap } from "./source-map.ts";

/** The built-in modules of the Node layer. Node.js has more. */
export const builtinModules: readonly string[] = [
  "assert",
  "async_hooks",
  "buffer",
  "child_process",
  "console",
  "crypto",
  "events",
  "fs",
  "fs/promises",
  "http",
  "https",
  "module",
  "net",
  "os",
  "path",
  "path/posix",
  "perf_hooks",
  "process",
  "querystring",
  "stream",
  "stream/consumers",
  "stream/promises",
  "stream/web",
  "string_decoder",
  "timers",
  "timers/promises",
  "tls",
  "tty",
  "url",
  "util",
  "zlib",
];

export function isBuiltin(name: string): boolean {
  const bare = name.replace(/^node:/, "");
  return builtinModules.includes(bare) || name === "node:sea";
}

/**
 * Creates a `require` function that always throws: a program contains all its modules, so no module
 * can be loaded by name.
 */
export function createRequire(_from: string | URL): (name: string) => never {
  return (name) => {
    throw codedError(Error, "MODULE_NOT_FOUND", `Cannot find module '${name}'`);
  };
}

export default { SourceMap, builtinModules, createRequire, isBuiltin };
