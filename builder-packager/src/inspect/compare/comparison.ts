import { defined } from "../../defined.ts";
import type { Digest } from "../../oci/model/digest.ts";
import type { Image } from "../../oci/model/image.ts";
import { envOf, labelsOf } from "../../oci/model/mutate.ts";
import type { ImageFacts, ModuleReference } from "../image-facts.ts";
import type { ProcessFacts } from "../process-facts.ts";
import type { MergedTree } from "../tree/merged-tree.ts";
import { type Change, changes } from "./changes.ts";
import { type FileChange, fileChanges } from "./file-changes.ts";
import { type LayerChange, layerChanges } from "./layer-changes.ts";

/** One of the two images of a comparison, with the facts about it. */
export interface ComparedImage {
  /** The name of the image, as the user gave it. */
  readonly name: string;
  readonly image: Image;
  readonly facts: ImageFacts;
  /** The image's files; undefined if files are not compared. */
  readonly merged?: MergedTree;
}

/**
 * The differences between two images. The lists contain only differences, except `layers`, which
 * contains all layers.
 */
export interface ImageComparison {
  readonly from: { readonly name: string; readonly digest: Digest };
  readonly to: { readonly name: string; readonly digest: Digest };
  /**
   * True if the lists contain no changes. The manifests and configurations of the images may still
   * differ.
   */
  readonly same: boolean;
  readonly base: readonly Change[];
  readonly buildpacks: readonly Change[];
  readonly extensions: readonly Change[];
  readonly layers: readonly LayerChange[];
  readonly bytesToMove: number;
  readonly processes: readonly Change[];
  readonly env: readonly Change[];
  readonly labels: readonly Change[];
  /** The differences of the remaining parts of the configurations. */
  readonly config: readonly Change[];
  readonly components?: readonly Change[];
  readonly files?: readonly FileChange[];
}

/** Compares two images by the facts about them. */
export function comparisonOf(from: ComparedImage, to: ComparedImage): ImageComparison {
  const by = (table: (each: ComparedImage) => ReadonlyMap<string, string>) => changes(table(from), table(to));
  const layers = layerChanges(from.facts.layers, to.facts.layers);
  const lists = {
    base: by(({ facts }) => present({ reference: facts.base.reference, "top layer": facts.base.topLayer })),
    buildpacks: by(({ facts }) => modules(facts.buildpacks)),
    extensions: by(({ facts }) => modules(facts.extensions)),
    processes: by(({ facts }) => new Map(facts.processes.map((each) => [each.type, processText(each)]))),
    env: by(({ image }) => present(envOf(image))),
    labels: by(({ image }) => present(labelsOf(image))),
    config: by(configOf),
    ...defined({
      components: from.facts.sbom.read && to.facts.sbom.read ? by(componentsOf) : undefined,
      files: from.merged && to.merged ? fileChanges(from.merged.root, to.merged.root) : undefined,
    }),
  };
  const same =
    layers.every(({ state }) => state === "same") && Object.values(lists).every(({ length }) => length === 0);
  return {
    from: { name: from.name, digest: from.facts.digest },
    to: { name: to.name, digest: to.facts.digest },
    same,
    ...lists,
    layers,
    bytesToMove: layers.reduce((sum, { bytesToMove }) => sum + bytesToMove, 0),
  };
}

const present = (table: Readonly<Record<string, string>>): ReadonlyMap<string, string> =>
  new Map(Object.entries(table).filter(([, value]) => value !== undefined));

const modules = (list: readonly ModuleReference[]): ReadonlyMap<string, string> =>
  new Map(list.map(({ id, version }) => [id, version]));

/** A process in one line. */
function processText({ command, direct, workingDir, ...process }: ProcessFacts): string {
  const notes = [...(process.default ? ["default"] : []), ...(direct ? [] : ["in a shell"]), `in ${workingDir || "/"}`];
  return `${command.map(quoted).join(" ")} (${notes.join(", ")})`;
}

const quoted = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : JSON.stringify(word));

/** Versions by component. Several versions of a component are joined. */
function componentsOf({ facts }: ComparedImage): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const { name, version } of facts.sbom.list) {
    const before = versions.get(name);
    versions.set(name, before === undefined ? version : `${before}, ${version}`);
  }
  return versions;
}

const shownSeparately = ["rootfs", "history", "config", "Env", "Labels"];

function configOf({ image: { config }, facts }: ComparedImage): ReadonlyMap<string, string> {
  const entries = Object.entries({ ...config, ...config.config })
    .filter(([key, value]) => !shownSeparately.includes(key) && value !== undefined && value !== null)
    .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const);
  return new Map([...entries, ["rebasable", String(facts.rebasable)]]);
}
