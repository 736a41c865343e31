/**
 * Node's own modules for http. An import of `node:http` reads all its properties, and with `WebSocket` loads the whole of
 * undici: a tenth of the time of a short command.
 */
export const httpModule = process.getBuiltinModule("node:http");
export const httpsModule = process.getBuiltinModule("node:https");
