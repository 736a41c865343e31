import { readFileSync } from "node:fs";

/** The target of all idle objects. A declaration, since no arrow function can be constructed. */
function target(): void {}

/** An object that can be called, constructed, spread and awaited, and whose properties are such objects. */
export function idle(): unknown {
  const properties = new Map<PropertyKey, unknown>();
  const textual: Readonly<Record<PropertyKey, unknown>> = {
    [Symbol.toPrimitive]: () => "idle",
    [Symbol.iterator]: () => [][Symbol.iterator](),
    [Symbol.asyncDispose]: async () => {},
  };
  return new Proxy(target, {
    get(_, name) {
      if (name === "then") return undefined;
      if (name in textual) return textual[name];
      if (!properties.has(name)) properties.set(name, idle());
      return properties.get(name);
    },
    apply: () => idle(),
    construct: () => idle() as object,
  });
}

/** The source of a module with the same exports, which are idle objects. */
export function idleModule(file: URL): string {
  const names = [
    ...readFileSync(file, "utf8").matchAll(/^export (?:abstract )?(?:async )?(?:function\*?|const|class) (\w+)/gm),
  ].map(([, name]) => name);
  const exports = names.map((name) => `export const ${name} = idle();`);
  return [`import { idle } from ${JSON.stringify(import.meta.url)};`, ...exports].join("\n");
}
