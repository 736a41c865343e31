import { type Modules, moduleOf } from "../scan/modules.ts";
import { objectAt } from "./object-at.ts";
import type { WebObject } from "./web-objects.ts";

/** An object of a module that a server can serve. */
export interface Served extends WebObject {
  /** The path relative to the project. */
  readonly file: string;
  readonly module: string;
  readonly name: string;
  /** True if the object is a function that creates the app. */
  readonly isFactory: boolean;
}

/** Names that say that an object is the one to serve, the surest first. */
const usualNames = ["app", "application", "api", "server", "asgi_app", "wsgi_app", "asgi", "wsgi"];
const usualFactories =
  "create_app make_app get_app build_app create_application make_application get_application app_factory".split(" ");

/** Finds the object in a file that a server can serve, or else a function that creates one. */
export async function findServed(modules: Modules, file: string): Promise<Served | undefined> {
  const facts = await modules.file(file);
  if (facts === undefined) return undefined;
  const others = [...facts.names]
    .filter(([name, { kind }]) => !usualNames.includes(name) && kind === "call")
    .map(([name]) => name);
  for (const name of [...usualNames, ...others, ...usualFactories]) {
    const served = await servedAs(modules, file, name);
    if (served !== undefined && served.isFactory === usualFactories.includes(name)) return served;
  }
  return undefined;
}

/** Determines whether a name in a file can be served, and how. */
export async function servedAs(modules: Modules, file: string, name: string): Promise<Served | undefined> {
  const found = await objectAt(modules, file, name);
  return found && { ...found.object, file, module: moduleOf(file), name, isFactory: found.isFactory };
}
