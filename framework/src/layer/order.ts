import { type LayerFiles, pathsOf } from "../env/compose.ts";
import type { LayerTypes } from "../spec/layer-toml.ts";

/**
 * A layer of this build, with the properties that determine when it is applied to the environment.
 */
export interface OrderedLayer extends LayerFiles {
  readonly types: LayerTypes;
  readonly order: number | undefined;
}

type Phase = "build" | "launch";

/**
 * Describes layers that change the same variable and whose order is only determined by their names.
 * Layers with the same `order`, or without `order`, are applied in the order of their names. The
 * order does not matter, and nothing is reported, if the layers set the same value, or if their
 * path directories have no common file name.
 *
 * @example `orderConflicts(layers) // ["Layers modules and node both change PATH: …"]`
 */
export function orderConflicts(layers: readonly OrderedLayer[]): readonly string[] {
  const sorted = [...layers].sort((a, b) => (a.name < b.name ? -1 : 1));
  const pairs = sorted.flatMap((first, index) => sorted.slice(index + 1).map((second) => [first, second] as const));
  return pairs.flatMap(([first, second]) => {
    const names = isOrdered(first, second) ? [] : disputed(first, second);
    return names.length === 0 ? [] : [sentence(first, second, names)];
  });
}

const sentence = (first: LayerFiles, second: LayerFiles, names: readonly string[]) =>
  `Layers ${first.name} and ${second.name} both change ${names.join(", ")}: only their names decide which change is applied last. ` +
  "Set order for each of them.";

const isOrdered = (first: OrderedLayer, second: OrderedLayer) =>
  first.order !== undefined && second.order !== undefined && first.order !== second.order;

function disputed(first: OrderedLayer, second: OrderedLayer): readonly string[] {
  const names = (["build", "launch"] as const).flatMap((phase) => {
    if (!first.types[phase] || !second.types[phase]) return [];
    const [one, other] = [changesOf(first, phase), changesOf(second, phase)];
    const isDisputed = (name: string) =>
      other.has(name) &&
      !isSame(one.get(name), other.get(name)) &&
      !areApart(first, second, { phase, name, one, other });
    return [...one.keys()].filter(isDisputed);
  });
  return [...new Set(names)].sort();
}

interface Dispute {
  readonly phase: Phase;
  readonly name: string;
  readonly one: ReadonlyMap<string, string>;
  readonly other: ReadonlyMap<string, string>;
}

/** True if both values are directories without common names, so that their order does not matter. */
function areApart(first: OrderedLayer, second: OrderedLayer, { phase, name, one, other }: Dispute): boolean {
  const [here, there] = [directoryFor(first, phase, name), directoryFor(second, phase, name)];
  if (one.get(name) !== `prepend=${here}` || other.get(name) !== `prepend=${there}`) return false;
  const names = entriesOf(second, there);
  return !entriesOf(first, here).some((entry) => names.includes(entry));
}

const directoryFor = (layer: OrderedLayer, phase: Phase, name: string) =>
  pathsOf(layer, phase).find(([variable]) => variable === name)?.[1];

const entriesOf = ({ path, files }: OrderedLayer, directory = "") =>
  Object.keys(files)
    .filter((file) => `${path}/${file}`.startsWith(`${directory}/`))
    .map((file) => `${path}/${file}`.slice(directory.length + 1).split("/")[0])
    .filter((entry) => entry !== "");

/**
 * True if both set the variable to the same value, regardless of its previous value: prepending the
 * same twice is different.
 */
const isSame = (one = "", other = "") => one === other && /^(override|default)=[^\0]*$/.test(one);

/** The changes that a layer makes to each variable in a phase, as text: `prepend=/x`. */
function changesOf(layer: OrderedLayer, phase: Phase): ReadonlyMap<string, string> {
  const changes = new Map<string, string>();
  const add = (name: string, change: string) =>
    changes.set(name, [...(changes.get(name)?.split("\0") ?? []), change].join("\0"));
  for (const [variable, directory] of pathsOf(layer, phase)) add(variable, `prepend=${directory}`);
  for (const [file, contents] of Object.entries(layer.files)) {
    const [, scope, variable, action] = /^(env(?:\.build|\.launch)?)\/(?:[^/]+\/)?([^/.]+)\.([a-z]+)$/.exec(file) ?? [];
    const isOfPhase = scope === "env" || scope === `env.${phase}`;
    if (isOfPhase && variable !== undefined && action !== "delim") add(variable, `${action}=${contents}`);
  }
  return changes;
}
