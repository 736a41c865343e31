import type { Binding, BindingQuery, Bindings } from "../../binding/binding.ts";
import type { Logger } from "../../logger/logger.ts";

/**
 * Wraps the bindings of a build. When a query finds a binding for the first time, the log names the
 * binding with its type, but without its values.
 */
export function announcedBindings(bindings: Bindings, log: Logger): Bindings {
  const known = new Set<string>();
  const announce = ({ name, type }: Binding) => {
    if (known.has(name)) return;
    known.add(name);
    log.info(`Using the binding ${JSON.stringify(name)} of type ${type}`);
  };
  return {
    all: bindings.all,
    async find(query: BindingQuery) {
      const found = await bindings.find(query);
      if (found !== undefined) announce(found);
      return found;
    },
    async filter(query) {
      const found = await bindings.filter(query);
      for (const each of found) announce(each);
      return found;
    },
  };
}
