import type { Pom, PomPart } from "./pom.ts";

/** A pom, followed by its known ancestors, the nearest first. */
export type Lineage = readonly Pom[];

/** Profiles that are active: by name, or by default where none of a pom is named. */
interface Activation {
  /** Names, as `-P` has them. */
  readonly profiles?: readonly string[];
}

// `${a}${a}` of `${b}${b}` of … grows without end, or takes without end where the last of them is empty
const deepest = 20;
const longest = 10_000;
const mostNames = 1_000;

/**
 * Resolves a property as Maven does, from active profiles, from the pom and from its parents.
 * Nested properties are resolved as well. Returns `undefined` if the value is unknown.
 */
export function propertyOf(lineage: Lineage, name: string, activation: Activation = {}): string | undefined {
  const raw = rawProperty(lineage, name, activation);
  return raw === undefined ? undefined : interpolated(lineage, raw, activation);
}

/**
 * Replaces the property references in a text of a pom. Returns `undefined` if a property is
 * unknown.
 */
export const interpolated = (lineage: Lineage, text: string, activation: Activation = {}): string | undefined =>
  filled(lineage, text, activation, { depth: deepest, names: { left: mostNames } });

/** The limits for one text. All its parts share `names`. */
interface Limits {
  readonly depth: number;
  readonly names: { left: number };
}

function filled(lineage: Lineage, text: string, activation: Activation, limits: Limits): string | undefined {
  if (!text.includes("${")) return text;
  const { depth, names } = limits;
  if (depth === 0) return undefined;
  let result = "";
  let end = 0;
  for (const { 0: all, 1: name = "", index } of text.matchAll(/\$\{([^${}]+)\}/g)) {
    names.left -= 1;
    const raw = names.left < 0 ? undefined : rawProperty(lineage, name, activation);
    const value = raw === undefined ? undefined : filled(lineage, raw, activation, { depth: depth - 1, names });
    if (value === undefined || result.length + value.length > longest) return undefined;
    result += text.slice(end, index) + value;
    end = index + all.length;
  }
  return end === 0 ? undefined : result + text.slice(end);
}

function rawProperty(lineage: Lineage, name: string, activation: Activation): string | undefined {
  for (const part of partsOf(lineage, activation)) {
    const value = part.properties.get(name);
    if (value !== undefined) return value;
  }
  return ofProject(lineage, name);
}

/** The parts of the poms, those that win first: a profile wins over its pom, a pom over its parent. */
const partsOf = (lineage: Lineage, activation: Activation): readonly PomPart[] =>
  lineage.flatMap((pom) => [...activeIn(pom, activation).toReversed(), pom]);

function activeIn({ profiles }: Pom, { profiles: names = [] }: Activation) {
  const named = profiles.filter(({ id }) => names.includes(id));
  return named.length > 0
    ? named
    : profiles.filter(
        ({ id, isActiveByDefault }) =>
          isActiveByDefault && !names.some((name) => name === `!${id}` || name === `-${id}`),
      );
}

/**
 * The properties that a pom defines about itself: `${project.version}`, and `${pom.version}` or
 * `${version}` in old ones.
 */
function ofProject(lineage: Lineage, name: string): string | undefined {
  const [pom] = lineage;
  const { parent } = pom ?? {};
  const [, ofParent, field] = /^(?:project\.|pom\.)?(parent\.)?(\w+)$/.exec(name) ?? [];
  if (pom === undefined || field === undefined) return undefined;
  const ofPom = new Map([
    ["groupId", pom.group ?? parent?.group],
    ["artifactId", pom.artifact],
    ["version", pom.version ?? parent?.version],
    ["packaging", pom.packaging],
    ["name", pom.name],
  ]);
  const above = new Map([
    ["groupId", parent?.group],
    ["artifactId", parent?.artifact],
    ["version", parent?.version],
  ]);
  return (ofParent === undefined ? ofPom : above).get(field);
}

/**
 * Reads a setting in the configuration of a plugin: `pluginSetting(lineage,
 * "maven-compiler-plugin", "release")`. Returns `undefined` if the setting is missing or its value
 * is unknown.
 */
export function pluginSetting(
  lineage: Lineage,
  artifact: string,
  setting: string,
  activation: Activation = {},
): string | undefined {
  for (const { plugins } of partsOf(lineage, activation)) {
    for (const plugin of plugins) {
      const text = plugin.artifact === artifact ? plugin.configuration?.child(setting)?.text : undefined;
      if (text) return interpolated(lineage, text, activation);
    }
  }
  return undefined;
}
