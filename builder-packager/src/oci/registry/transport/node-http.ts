/**
 * The module `node:http`, without an import: an import reads all its properties, and reading
 * `WebSocket` loads all of undici, which takes a tenth of a short command's time.
 */
export const httpModule = process.getBuiltinModule("node:http");

/**
 * Returns the module `node:https`. It is loaded on demand, because loading TLS takes about a tenth
 * of a short command's time.
 */
export const httpsModule = (): typeof import("node:https") => process.getBuiltinModule("node:https");
