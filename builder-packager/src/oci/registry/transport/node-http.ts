/**
 * Node's http modules. An import of `node:http` reads all its properties, and with `WebSocket`
 * loads all of undici: a tenth of a short command's time.
 */
export const httpModule = process.getBuiltinModule("node:http");

/** The https module, loaded on demand, because TLS takes as long to load. */
export const httpsModule = (): typeof import("node:https") => process.getBuiltinModule("node:https");
