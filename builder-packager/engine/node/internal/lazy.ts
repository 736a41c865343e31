import { evaluate } from "engine:payload";

/*
 * Parts of the layer that are loaded when one of their functions is called, as Node.js does inside: detect shall not pay for
 * streams because node:fs has them. `lazy-parts.json` lists them; the packager makes each a module that registers itself.
 */

const parts = new Map<string, object>();

/** Registers the exports of a part. The part's module calls it when it is loaded. */
export function register(name: string, part: object): void {
  parts.set(name, part);
}

/** Returns the exports of a part, and loads the part if necessary. */
export function load<Part extends object>(name: string): Part {
  if (!parts.has(name)) {
    evaluate(`lazy:${name}`);
  }
  return parts.get(name) as Part;
}

/** For packages that use require(): see node-layer.ts of the packager. */
Object.defineProperty(globalThis, Symbol.for("libcnb.load"), { value: load });

type Callable = (...args: never[]) => unknown;

/** Creates a function that loads its part when it is first called. */
export function lazily<Part extends object, Name extends keyof Part>(
  part: string,
  name: Name,
): Part[Name] extends Callable ? Part[Name] : never {
  return { [name]: (...args: never[]) => (load<Part>(part)[name] as Callable)(...args) }[name] as never;
}

/**
 * Returns the default export of a part as an object. The part is loaded when one of the object's
 * properties is read.
 *
 * @param more functions that the object has in addition, under their names
 */
export function lazyObject<Default extends object>(part: string, more: () => readonly Callable[] = () => []): Default {
  const own = {};
  let isLoaded = false;
  const all = (): Default => {
    if (!isLoaded) {
      isLoaded = true;
      Object.assign(own, load<{ readonly default: Default }>(part).default);
      Object.assign(own, Object.fromEntries(more().map((each) => [each.name, each])));
    }
    return own as Default;
  };
  return new Proxy(own, {
    get: (_, name) => Reflect.get(all(), name),
    set: (_, name, value) => Reflect.set(all(), name, value),
    has: (_, name) => Reflect.has(all(), name),
    ownKeys: () => Reflect.ownKeys(all()),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(all(), name),
  }) as Default;
}
