import { createSecureContext } from "./context.ts";
import { rootCertificates as roots } from "./roots.ts";
import { connect, TLSSocket } from "./socket.ts";

export { createSecureContext } from "./context.ts";
export { connect, TLSSocket } from "./socket.ts";

/**
 * Mozilla's CA certificates. The list is filled when it is first read: a named export cannot be a
 * getter, and the 140 certificates are a quarter of a megabyte of text.
 */
export const rootCertificates: readonly string[] = new Proxy([] as readonly string[], {
  get: (_target, key) => Reflect.get(roots(), key),
  has: (_target, key) => Reflect.has(roots(), key),
  ownKeys: () => Reflect.ownKeys(roots()),
  getOwnPropertyDescriptor: (target, key) =>
    key === "length"
      ? Reflect.getOwnPropertyDescriptor(target, key)
      : { value: Reflect.get(roots(), key), configurable: true, enumerable: true, writable: false },
});

export default { TLSSocket, connect, createSecureContext, rootCertificates };
