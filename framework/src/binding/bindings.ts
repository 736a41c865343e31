import { LibcnbError } from "../errors.ts";
import type { Binding, BindingQuery, Bindings } from "./binding.ts";
import type { BindingSource } from "./source.ts";

/** Creates the bindings of a build. They are read on first use, and only once. */
export function lazyBindings(read: () => Promise<readonly BindingSource[]>): Bindings {
  let reading: Promise<readonly Binding[]> | undefined;
  const all = () => {
    reading ??= readAll(read);
    return reading;
  };
  const filter = async (query: BindingQuery) => (await all()).filter((binding) => matches(binding, query));
  return {
    all,
    filter,
    async find(query) {
      const found = await filter(query);
      if (found.length > 1) throw ambiguous(query, found);
      return found[0];
    },
  };
}

async function readAll(read: () => Promise<readonly BindingSource[]>): Promise<readonly Binding[]> {
  const sources = await read();
  // loaded late: most builds have no bindings
  const { bindingOf } = await import("./binding-of.ts");
  return sources.map(bindingOf).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function matches(binding: Binding, { type, provider, name }: BindingQuery): boolean {
  return (
    (type === undefined || isSame(binding.type, type)) &&
    (provider === undefined || isSame(binding.provider ?? "", provider)) &&
    (name === undefined || binding.name === name)
  );
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function ambiguous(query: BindingQuery, found: readonly Binding[]): LibcnbError<"BINDING_AMBIGUOUS"> {
  const wanted = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key} ${JSON.stringify(value)}`],
  );
  const names = found.map(({ name }) => JSON.stringify(name)).join(", ");
  const matched = wanted.length === 0 ? "exist" : `match ${wanted.join(" and ")}`;
  return new LibcnbError(
    "BINDING_AMBIGUOUS",
    `${found.length} bindings ${matched}, but only one is allowed: ${names}`,
    {
      hint: "Provide only one of these bindings to the build.",
    },
  );
}
