import { environment } from "engine:process";

/**
 * Creates `process.env`: an object with a copy of the environment variables. Assigned values become
 * strings.
 */
export function makeEnvironment(): NodeJS.ProcessEnv {
  const variables: NodeJS.ProcessEnv = {};
  const list = environment();
  for (let index = 0; index < list.length; index += 2) {
    define(variables, list[index] ?? "", list[index + 1] ?? "");
  }
  return new Proxy(variables, { set: setVariable, defineProperty: defineVariable });
}

/** A variable may be called `__proto__`. */
function define(variables: object, name: string, value: string): void {
  Object.defineProperty(variables, name, { value, writable: true, enumerable: true, configurable: true });
}

function setVariable(variables: NodeJS.ProcessEnv, name: string | symbol, value: unknown): boolean {
  if (typeof name === "symbol" || typeof value === "symbol") {
    throw new TypeError("Cannot convert a Symbol value to a string");
  }
  // The system has no variable without a name.
  if (name !== "") {
    define(variables, name, `${value}`);
  }
  return true;
}

function defineVariable(variables: NodeJS.ProcessEnv, name: string | symbol, descriptor: PropertyDescriptor): boolean {
  const { configurable, writable, enumerable } = descriptor;
  const isAccessor = !("value" in descriptor);
  if (isAccessor || !configurable || !writable || !enumerable) {
    const rule = isAccessor
      ? "does not accept an accessor(getter/setter) descriptor"
      : "only accepts a configurable, writable, and enumerable data descriptor";
    const error = new TypeError(`'process.env' ${rule}`);
    throw Object.assign(error, { code: "ERR_INVALID_OBJECT_DEFINE_PROPERTY" });
  }
  return setVariable(variables, name, descriptor.value);
}
