import process from "node:process";

/*
 * Stands for the modules of Node.js in a bundle, and records which of their exports the bundle uses. A function counts as
 * used when it is called, constructed or asked by `instanceof`; an object when one of its properties is read; any other
 * value when it is read.
 */

const { appendFileSync } = process.getBuiltinModule("node:fs");
const file = process.env["RECORDED_USES"] ?? "";
const seen = new Set<string>();

/** Written at once, because a case may end its process in any way. */
function use(module: string, name: string): void {
  const line = `${module} ${name}\n`;
  if (!seen.has(line)) {
    seen.add(line);
    appendFileSync(file, line);
  }
}

/** The exports of a module of Node.js, each of which records its use. */
export function recorded(module: string): object {
  const exports = process.getBuiltinModule(`node:${module}`) as object;
  const wrapped = new Map<PropertyKey, unknown>();
  const read = (key: string): unknown => {
    const value = Reflect.get(exports, key);
    if (typeof value !== "function" && (typeof value !== "object" || value === null)) {
      use(module, key);
      return value;
    }
    if (!wrapped.has(key))
      wrapped.set(
        key,
        recording(value, () => use(module, key)),
      );
    return wrapped.get(key);
  };
  // The target is another object, because a proxy must return the values of constant properties unchanged.
  return new Proxy(typeof exports === "function" ? function target() {} : {}, {
    apply: (_target, self, args) => Reflect.apply(exports as Callable, self, args),
    construct: (_target, args) => Reflect.construct(exports as Callable, args),
    get: (_target, key) => (typeof key === "string" ? read(key) : Reflect.get(exports, key)),
    set: (_target, key, value) => Reflect.set(exports, key, value),
    has: (_target, key) => Reflect.has(exports, key),
    ownKeys: () => Reflect.ownKeys(exports),
    getOwnPropertyDescriptor: (target, key) => {
      const { value, enumerable } = { value: Reflect.get(exports, key), enumerable: true };
      const own = Reflect.getOwnPropertyDescriptor(target, key);
      if (own?.configurable === false) return own;
      return Object.hasOwn(exports, key) ? { value, writable: true, enumerable, configurable: true } : undefined;
    },
  });
}

const recording = (value: object, used: () => void): object =>
  typeof value === "function" ? recordingFunction(value as Callable, used) : recordingObject(value, used);

type Callable = (...args: unknown[]) => unknown;

function recordingFunction(callable: Callable, used: () => void): object {
  const proxy: object = new Proxy(callable, {
    apply(_target, self, args) {
      used();
      return Reflect.apply(callable, self, args);
    },
    construct(_target, args, newTarget) {
      used();
      return Reflect.construct(callable, args, newTarget === proxy ? callable : newTarget);
    },
    get(_target, key) {
      if (key === Symbol.hasInstance) used();
      return Reflect.get(callable, key);
    },
  });
  return proxy;
}

function recordingObject(object: object, used: () => void): object {
  return new Proxy(object, {
    get(_target, key) {
      used();
      const value = Reflect.get(object, key);
      // Methods of objects such as `performance` refuse a proxy as `this`.
      return typeof value === "function" && !Object.hasOwn(object, key) ? value.bind(object) : value;
    },
  });
}
