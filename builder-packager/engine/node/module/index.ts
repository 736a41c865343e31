import { codedError, invalidArgValue } from "../errors.ts";
import { checkString } from "../internal/checks.ts";
import { isAbsolute } from "../path/parts.ts";
import { fileURLToPath } from "../url/files.ts";
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
  "util/types",
  "zlib",
  "node:sea",
];

export function isBuiltin(name: string): boolean {
  return builtinModules.includes(name) || builtinModules.includes(`${name}`.replace(/^node:/, ""));
}

interface Require {
  (name: string): never;
  resolve(name: string): string;
  readonly main: undefined;
  readonly extensions: object;
  readonly cache: object;
}

/**
 * Creates a `require` function that finds no module: a program contains all its modules, so none can be loaded by name.
 * `resolve` knows the names of the built-in modules.
 */
export function createRequire(from: string | URL): Require {
  const file = fileOf(from);
  const path = file.endsWith("/") ? `${file}noop.js` : file;
  const find = (name: string): string => {
    checkString(name, "id");
    if (name === "") {
      throw invalidArgValue("id", name, "must be a non-empty string");
    }
    if (isBuiltin(name)) {
      return name;
    }
    if (name.startsWith("node:")) {
      throw codedError(Error, "ERR_UNKNOWN_BUILTIN_MODULE", `No such built-in module: ${name}`);
    }
    throw notFound(name, path);
  };
  const load = (name: string): never => {
    throw notFound(find(name), path);
  };
  Object.defineProperty(load, "name", { value: "require" });
  return Object.assign(load, {
    resolve: find,
    main: undefined,
    extensions: Object.create(null),
    cache: Object.create(null),
  });
}

function fileOf(from: unknown): string {
  const isUrl = typeof from === "object" && from !== null && "href" in from;
  if (typeof from === "string" && isAbsolute(from)) {
    return from;
  }
  if (isUrl || (typeof from === "string" && from.startsWith("file:"))) {
    try {
      return fileURLToPath(from as string);
    } catch {
      // The error below says what is allowed.
    }
  }
  const allowed = "must be a file URL object, file URL string, or absolute path string";
  throw invalidArgValue("filename", from, allowed);
}

const notFound = (name: string, from: string): Error =>
  Object.assign(codedError(Error, "MODULE_NOT_FOUND", `Cannot find module '${name}'\nRequire stack:\n- ${from}`), {
    requireStack: [from],
  });

export default { SourceMap, builtinModules, createRequire, isBuiltin };
