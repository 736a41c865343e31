import { continueOnNode } from "engine:process";

/*
 * Functions of Node.js that the layer lacks. A program has them only if its build runs on Node.js: then detect, which
 * runs here, can start again there.
 */

/** Reading these does not mean that somebody uses the function. */
const harmless = new Set<string | symbol>(["name", "length"]);

/**
 * Adds a stub (see {@link lacking}) to the default export of a module for each name that the Node
 * layer lacks.
 */
export function withLacking(all: object, module: string, names: readonly string[]): object {
  for (const name of names) {
    Object.defineProperty(all, name, { configurable: true, writable: true, value: lacking(module, name) });
  }
  return all;
}

/**
 * Restarts the program on Node.js if it is a detect that can. Otherwise, throws an error that names what the small engine
 * lacks.
 *
 * @param what such as `watch of node:fs`
 */
export function refuse(what: string): never {
  continueOnNode();
  throw Object.assign(new Error(`the small engine has no ${what}: package the buildpack with --runtime node`), {
    code: "ERR_ENGINE_LACKS",
  });
}

/**
 * Creates a stub for an export of a Node.js module that the Node layer lacks. When the stub is
 * called or one of its properties is read, the program restarts on Node.js.
 */
export const lacking = (module: string, name: string): unknown =>
  stub(name === "default" ? module : `${name} of ${module}`);

/** Creates a stub for a function or class, which {@link refuse} describes as `what`. */
export function stub(what: string): unknown {
  const use = (): never => refuse(what);
  return new Proxy(class {}, {
    apply: use,
    construct: use,
    set: use,
    get: (target, key) => (typeof key === "symbol" || harmless.has(key) ? Reflect.get(target, key) : use()),
  });
}
