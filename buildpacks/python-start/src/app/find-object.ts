import type { Call, ModuleFacts, Value } from "../scan/module-facts.ts";
import { type Modules, moduleOf } from "../scan/modules.ts";
import { type WebObject, webObjectOf, webObjectOfAttribute } from "./web-objects.ts";

/** An object in a module of the app that a web server can serve. */
export interface ServedObject extends WebObject {
  /** The path relative to the project. */
  readonly file: string;
  readonly module: string;
  readonly name: string;
  /** True if the object is a function that creates the app. */
  readonly isFactory: boolean;
}

/** Names that identify the object to serve, the surest first. */
const usualNames = ["app", "application", "api", "server", "asgi_app", "wsgi_app", "asgi", "wsgi"];
const usualFactories =
  "create_app make_app get_app build_app create_application make_application get_application app_factory".split(" ");

/**
 * Finds the object that a web server can serve, in the module in `file`. If there is none, finds a
 * function that creates such an object. Returns `undefined` if there is neither.
 */
export async function findServed(modules: Modules, file: string): Promise<ServedObject | undefined> {
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

/**
 * Returns the object that a name in a file refers to. Returns `undefined` if a web server cannot
 * serve the object.
 */
export async function servedAs(modules: Modules, file: string, name: string): Promise<ServedObject | undefined> {
  const found = await objectAt(modules, file, name);
  return found && { ...found.object, file, module: moduleOf(file), name, isFactory: found.isFactory };
}

/** An object that a server can serve, or a function that creates one. */
interface FoundObject {
  readonly object: WebObject;
  readonly isFactory: boolean;
}

/** A module, and how many names may yet be followed from it: they may lead in a circle. */
interface ObjectLocation {
  readonly modules: Modules;
  readonly file: string;
  readonly facts: ModuleFacts;
  readonly left: number;
}

const farthest = 8;

/**
 * Finds the object to which a name in a file refers, by following assignments and imports through
 * the app's modules; `undefined` if it is not an object that a server can serve.
 */
async function objectAt(
  modules: Modules,
  file: string,
  name: string,
  left = farthest,
): Promise<FoundObject | undefined> {
  const facts = await modules.file(file);
  const value = facts?.names.get(name);
  if (facts === undefined || left === 0) return undefined;
  if (value === undefined) return undefined;
  return objectOf(name, value, { modules, file, facts, left: left - 1 });
}

async function objectOf(name: string, value: Value, location: ObjectLocation): Promise<FoundObject | undefined> {
  if (location.left === 0) return undefined;
  switch (value.kind) {
    case "call":
      return made(await calledObject(name, value, location));
    case "name":
      return named(value.name, location);
    case "import":
      return inOtherModules(value.module, value.name, location);
    case "function":
      return value.needsArguments ? undefined : factory(madeIn(name, location));
    default:
      return undefined;
  }
}

const made = (object: WebObject | undefined): FoundObject | undefined => object && { object, isFactory: false };
const factory = (object: WebObject | undefined): FoundObject | undefined => object && { object, isFactory: true };

/**
 * Names of variables whose wrapper replaces the app: `app = Wrapper(app)`. Other calls with an app
 * as argument return a part of the app: `api = Api(app)`.
 */
const wrapperNames = new Set(["app", "application", "asgi_app", "wsgi_app"]);

/**
 * The object that a call creates: by the name that is called, by the function of the app, or by the
 * wrapped object.
 */
async function calledObject(
  name: string,
  { callee, args, before }: Call,
  location: ObjectLocation,
): Promise<WebObject | undefined> {
  const object = webObjectOf(fullName(callee, location.facts)) ?? (await madeBy(callee, location));
  if (object !== undefined) return object;
  if (before !== undefined) return (await objectOf(name, before, { ...location, left: location.left - 1 }))?.object;
  for (const arg of wrapperNames.has(name) ? args.slice(0, 3) : []) {
    const wrapped = arg === name ? undefined : await named(arg, location);
    if (wrapped !== undefined) return wrapped.object;
  }
  return undefined;
}

/** The object that a function of the app creates. The function may need arguments. */
async function madeBy(callee: string, location: ObjectLocation): Promise<WebObject | undefined> {
  const value = location.facts.names.get(callee);
  if (value?.kind === "function") return madeIn(callee, location);
  const target = await targetOf(callee, location);
  return target && madeIn(target.name, { ...location, ...target });
}

/** The object that a function of a module creates: the first known object that it calls for. */
function madeIn(name: string, { facts }: Pick<ObjectLocation, "facts">): WebObject | undefined {
  for (const callee of facts.calls.get(name) ?? []) {
    const object = webObjectOf(fullName(callee, facts));
    if (object !== undefined) return object;
  }
  return undefined;
}

/** The object behind a name: `app`, `app.server`, `shop.app`. */
async function named(name: string, location: ObjectLocation): Promise<FoundObject | undefined> {
  const [first = "", ...attributes] = name.split(".");
  const value = location.facts.names.get(first);
  if (value === undefined || location.left === 0) return undefined;
  const next = { ...location, left: location.left - 1 };
  if (attributes.length === 0) return objectOf(first, value, next);
  if (value.kind === "call")
    return made(webObjectOfAttribute(`${fullName(value.callee, location.facts)}.${attributes.join(".")}`));
  const target = await targetOf(name, location);
  return target && objectAt(location.modules, target.file, target.name, next.left);
}

/** The object with this name in another module of the app. */
async function inOtherModules(
  module: string,
  name: string | undefined,
  { modules, file, left }: ObjectLocation,
): Promise<FoundObject | undefined> {
  if (name === undefined) return undefined;
  const target = await modules.find(absolute(module, file), file);
  return target === undefined ? undefined : objectAt(modules, target, name, left);
}

interface Target {
  readonly file: string;
  readonly facts: ModuleFacts;
  readonly name: string;
}

/**
 * The module of the app that defines an imported name: `create_app`, `shop.create_app`. One import
 * is followed, because packages re-export names of their modules.
 */
async function targetOf(name: string, { modules, file, facts, left }: ObjectLocation): Promise<Target | undefined> {
  const full = fullName(name, facts);
  const at = full.lastIndexOf(".");
  if (at < 0 || left === 0) return undefined;
  const dots = /^\.*/.exec(full)?.[0] ?? "";
  const found = await modules.find(absolute(full.slice(0, Math.max(at, dots.length)), file), file);
  const target = found === undefined ? undefined : await modules.file(found);
  if (found === undefined || target === undefined) return undefined;
  const last = full.slice(at + 1);
  if (target.names.get(last)?.kind !== "import") return { file: found, facts: target, name: last };
  return targetOf(last, { modules, file: found, facts: target, left: left - 1 });
}

/** A name as its module knows it: `FastAPI` becomes `fastapi.FastAPI` by the import. */
function fullName(name: string, { names, stars }: ModuleFacts): string {
  const [first = "", ...rest] = name.split(".");
  const value = names.get(first);
  if (value?.kind === "import")
    return [value.module, ...(value.name === undefined ? [] : [value.name]), ...rest]
      .join(".")
      .replace(/^(\.+)\./, "$1");
  const star = value === undefined ? stars.find((module) => webObjectOf(`${module}.${name}`) !== undefined) : undefined;
  return star === undefined ? name : `${star}.${name}`;
}

/** The name of a module that a file imports: relative ones begin with a dot for each directory. */
function absolute(module: string, file: string): string {
  const [dots = ""] = /^\.*/.exec(module) ?? [];
  const rest = module.slice(dots.length);
  if (dots === "") return module;
  const parents = moduleOf(file).split(".");
  const count = dots.length - (file.endsWith("__init__.py") ? 1 : 0);
  return [...parents.slice(0, Math.max(0, parents.length - count)), ...(rest === "" ? [] : [rest])].join(".");
}
