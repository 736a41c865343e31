import type { ModuleKind } from "../../config/module-descriptor.ts";
import {
  type LabelledModule,
  type ModuleFacts,
  type ModuleLayers,
  moduleLayersOf,
  modulesOf,
  packageMainOf,
} from "../../config/module-labels.ts";
import type { ModuleRuntime } from "../../config/module-runtimes.ts";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import type { Image } from "../../oci/model/image.ts";
import type { ModuleInfo } from "../builders/builder-labels.ts";
import { type OrderGroup, orderTree } from "../builders/order-tree.ts";

/** A module of a package. */
export interface PackagedModuleInfo extends ModuleInfo {
  /**
   * The runtime of each phase, as recorded by `cnb buildpack package`. Undefined for a source
   * directory, for a module that is not compiled from TypeScript, and for packages of other tools.
   */
  readonly runtime?: ModuleRuntime;
}

/** The facts about a package that `cnb buildpack inspect` and `cnb extension inspect` show. */
export interface PackageFacts {
  /** The main module; the other modules are its members. */
  readonly main: ModuleInfo;
  readonly stacks: NonNullable<ModuleFacts["stacks"]>;
  readonly targets: NonNullable<ModuleFacts["targets"]>;
  /** All modules in the package, sorted by id and version. */
  readonly modules: readonly PackagedModuleInfo[];
  /**
   * One group with the main module, and the groups of composite buildpacks; empty for extensions.
   */
  readonly order: readonly OrderGroup[];
}

/**
 * Gathers the facts about a buildpackage or an extension package from its labels.
 *
 * @param where the package's name in errors
 * @throws CnbError BUILDPACKAGE_INVALID for an image that is not a package, LABEL_INVALID
 * @example `packageFacts(image, "buildpack", "dist/nodejs.cnb").modules`
 */
export function packageFacts(
  image: Image,
  kind: ModuleKind,
  where: string,
  options: { readonly depth?: number } = {},
): PackageFacts {
  const { stacks = [], ...main } = packageMainOf(image, where);
  const modules = modulesOf(image, where).filter((module) => module.kind === kind);
  if (modules.length === 0) throw ofOtherKind(where, kind);
  return {
    ...moduleFacts({ main, modules, kind, layers: moduleLayersOf(image, kind, where), where }, options),
    stacks,
  };
}

/** The content of a package, or of a source directory to package. */
export interface PackageContent {
  readonly main: ModuleInfo;
  readonly modules: readonly Pick<LabelledModule, "id" | "version" | "facts" | "runtime">[];
  readonly kind: ModuleKind;
  readonly layers: ModuleLayers;
  readonly where: string;
}

/** Gathers the facts about the modules of a package or a source directory. */
export function moduleFacts(
  { main, modules, kind, layers, where }: PackageContent,
  { depth }: { readonly depth?: number },
): PackageFacts {
  const { id, version = "" } = main;
  const own = modules.find((module) => module.id === id && module.version === version);
  const order = kind === "extension" ? [] : [{ group: [{ id, version }] }];
  return {
    main,
    stacks: own?.facts.stacks ?? [],
    targets: own?.facts.targets ?? [],
    modules: modules.map(infoOf).sort((a, b) => compare(nameOf(a), nameOf(b))),
    order: orderTree(order, layers, { where, ...defined({ depth }) }),
  };
}

const infoOf = ({ id, version, facts, runtime }: PackageContent["modules"][number]): PackagedModuleInfo => ({
  id,
  ...defined({ name: facts.name || undefined }),
  version,
  ...defined({ homepage: facts.homepage || undefined, runtime }),
});

const nameOf = ({ id, version = "" }: ModuleInfo): string => `${id}\0${version}`;
const compare = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const withArticle = (kind: ModuleKind): string => (kind === "extension" ? `an ${kind}` : `a ${kind}`);

const ofOtherKind = (where: string, kind: ModuleKind): CnbError => {
  const other = kind === "buildpack" ? "extension" : "buildpack";
  return new CnbError("BUILDPACKAGE_INVALID", `${where} contains ${withArticle(other)}, not ${withArticle(kind)}`, {
    hint: `Use cnb ${other} inspect.`,
  });
};
