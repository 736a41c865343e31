import type { DeclaredTarget } from "libcnb/spec";
import * as v from "valibot";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import type { Image, Layer } from "../oci/model/image.ts";
import { labelsOf } from "../oci/model/mutate.ts";
import { decodedLabel, issueText, jsonLabel, labelInvalid, shown, withoutNulls } from "./json-label.ts";
import type { ModuleKind } from "./module-descriptor.ts";
import { descriptionSchema, factsSchema, isId, isVersion } from "./module-label-schema.ts";
import { type ModuleRuntime, runtimesOf } from "./module-runtimes.ts";

/** A member of a group of a composite buildpack's order. */
export interface LabelledMember {
  readonly id: string;
  readonly version?: string;
  readonly optional?: boolean;
  readonly "exec-env"?: readonly string[];
}

/**
 * The metadata of one version of a module in the label `io.buildpacks.buildpack.layers` or
 * `io.buildpacks.extension.layers`.
 */
export interface ModuleFacts {
  readonly api: string;
  readonly stacks?: readonly { readonly id: string; readonly mixins?: readonly string[] | undefined }[];
  readonly targets?: readonly DeclaredTarget[];
  /** The order of a composite buildpack. */
  readonly order?: readonly { readonly group: readonly LabelledMember[] }[];
  readonly homepage?: string;
  readonly name?: string;
}

/**
 * The additional metadata of a module (a buildpack or an extension). It is in the label
 * `io.buildpacks.buildpackage.metadata` or in a builder's metadata.
 */
export interface ModuleDescription {
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly "exec-env"?: readonly string[];
  /** The licenses. The keys are capitalized, as pack writes them. */
  readonly licenses?: readonly { readonly Type?: string; readonly URI?: string }[];
  readonly "clear-env"?: boolean;
}

/**
 * A buildpack or extension in an image, with its layer. Modules of a flattened package share a
 * layer.
 */
export interface LabelledModule {
  readonly kind: ModuleKind;
  readonly id: string;
  readonly version: string;
  readonly facts: ModuleFacts;
  readonly description: ModuleDescription;
  /** Undefined if it was not compiled from TypeScript by `cnb`. */
  readonly runtime?: ModuleRuntime;
  readonly layer: Layer;
}

/** The content of a module label: the metadata and the layer's diff ID, by id and version. */
export type ModuleLayers = Readonly<
  Record<string, Readonly<Record<string, ModuleFacts & { readonly layerDiffID: string }>>>
>;

/**
 * The main buildpack or extension of a package. All other buildpacks of the package are its
 * members.
 */
export interface PackageMain extends ModuleDescription {
  readonly id: string;
  readonly version: string;
  readonly name?: string;
  readonly homepage?: string;
  readonly stacks?: ModuleFacts["stacks"];
}

const packageLabel = "io.buildpacks.buildpackage.metadata";
const kinds = ["buildpack", "extension"] as const;

/**
 * Reads the label `io.buildpacks.buildpack.layers` or `io.buildpacks.extension.layers`. Returns an
 * empty object if the image does not have the label.
 *
 * @throws CnbError LABEL_INVALID
 */
export function moduleLayersOf(image: Image, kind: ModuleKind, where: string): ModuleLayers {
  const label = `io.buildpacks.${kind}.layers`;
  const content = jsonLabel(image, label, where);
  if (content === undefined || content === null) return {};
  const checked = checkedModules(content);
  const problems = checked.flatMap((each) => each.problems);
  if (problems.length > 0) throw labelInvalid(label, where, problems);
  return byName(checked) as ModuleLayers;
}

/**
 * Reads the modules (buildpacks and extensions) in a package or a builder, each with its layer, in
 * the label's order.
 *
 * @throws CnbError LABEL_INVALID, BUILDPACKAGE_INVALID for an image without modules, or without the
 * layers that its label names
 */
export function modulesOf(image: Image, where: string): LabelledModule[] {
  const main = labelsOf(image)[packageLabel] === undefined ? undefined : packageMainOf(image, where);
  const runtimes = runtimesOf(image, where);
  const modules = kinds.flatMap((kind) =>
    Object.entries(moduleLayersOf(image, kind, where)).flatMap(([name, versions]) =>
      Object.entries(versions).map(([number, described]) =>
        moduleIn(image, where, {
          kind,
          id: name,
          version: number,
          described,
          main,
          runtime: runtimes.get(`${name}@${number}`),
        }),
      ),
    ),
  );
  if (modules.length > 0) return modules;
  throw notAPackage(
    `${where} contains neither a buildpack nor an extension: its label io.buildpacks.buildpack.layers is missing or empty`,
  );
}

/**
 * Reads the label `io.buildpacks.buildpackage.metadata` of a package.
 *
 * @throws CnbError LABEL_INVALID, BUILDPACKAGE_INVALID for an image without the label
 */
export function packageMainOf(image: Image, where: string): PackageMain {
  const main = decodedLabel(descriptionSchema, image, packageLabel, where);
  if (main !== undefined) return main as PackageMain;
  throw notAPackage(`${where} is not a buildpackage: it has no label ${packageLabel}`);
}

interface ModuleEntry {
  readonly kind: ModuleKind;
  readonly id: string;
  readonly version: string;
  readonly described: ModuleLayers[string][string];
  readonly main: PackageMain | undefined;
  readonly runtime: ModuleRuntime | undefined;
}

function moduleIn(image: Image, where: string, entry: ModuleEntry): LabelledModule {
  const { kind, id, version, described, main, runtime } = entry;
  const { layerDiffID, ...facts } = described;
  const layer = image.layers.find(({ diffId }) => diffId === layerDiffID);
  if (!layer)
    throw notAPackage(
      `${where} is not a complete buildpackage: the layer ${layerDiffID} of ${id}@${version} is not in it`,
    );
  const isMain = main?.id === id && main.version === version;
  return { kind, id, version, facts, description: isMain ? descriptionOf(main) : {}, layer, ...defined({ runtime }) };
}

/**
 * Returns the part of a package's description that only its main buildpack or extension has. ID,
 * version, name, homepage and stacks are among the facts of each buildpack and extension.
 */
function descriptionOf(main: PackageMain): ModuleDescription {
  const { id: _id, version: _version, name: _name, homepage: _homepage, stacks: _stacks, ...rest } = main;
  return rest;
}

interface CheckedModule {
  readonly id: string;
  readonly version: string;
  readonly facts?: unknown;
  readonly problems: readonly string[];
}

function checkedModules(content: unknown): CheckedModule[] {
  if (!isTable(content)) return [{ id: "", version: "", problems: ["it is not an object"] }];
  return Object.entries(content).flatMap(([id, versions]): CheckedModule[] => {
    const members = isTable(versions) ? Object.entries(versions) : [];
    if (members.length === 0) return [{ id, version: "", problems: [`${shown(id)} has no version`] }];
    return members.map(([version, described]) => checkedModule(id, version, described));
  });
}

function checkedModule(id: string, version: string, described: unknown): CheckedModule {
  const names = [
    ...(isId(id) ? [] : [`${shown(id)} is not an id of a buildpack or extension`]),
    ...(isVersion(version) ? [] : [`${shown(version)} is not a version of ${shown(id)}`]),
  ];
  const result = v.safeParse(factsSchema, described);
  if (result.success) return { id, version, facts: withoutNulls(result.output), problems: names };
  const key = shown(`${id}@${version}`);
  return { id, version, problems: [...names, ...result.issues.map((issue) => `${key}: ${issueText(issue)}`)] };
}

/**
 * Groups modules (buildpacks and extensions) by id and version. `Object.fromEntries` keeps names
 * such as `__proto__`, which an assignment would not.
 */
function byName(modules: readonly CheckedModule[]): Record<string, Record<string, unknown>> {
  const groups = [...Map.groupBy(modules, ({ id }) => id)];
  return Object.fromEntries(
    groups.map(([id, versions]) => [id, Object.fromEntries(versions.map(({ version, facts }) => [version, facts]))]),
  );
}

const isTable = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const notAPackage = (message: string): CnbError<"BUILDPACKAGE_INVALID"> =>
  new CnbError("BUILDPACKAGE_INVALID", message, {
    hint: "Use an image or file created by `cnb buildpack package`, `cnb extension package` or pack.",
  });
