/**
 * Node's own modules for http. An import of `node:http` reads all its properties, and with `WebSocket` loads the whole of
 * undici: a tenth of the time of a short command.
 */
export const httpModule = process.getBuiltinModule("node:http");

/** With TLS, which takes as long to load: only for those who need it. */
export const httpsModule = (): typeof import("node:https") => process.getBuiltinModule("node:https");
