import { elementsIn, withoutElements } from "./elements.ts";
import type { PomFile } from "./modules.ts";

/**
 * The reason why an unchanged build may use other libraries or plugins: ranges, "the latest", and
 * snapshots of other projects. Snapshot libraries, including transitive ones, are reported by the
 * build itself.
 */
export function changingPart(poms: readonly PomFile[]): string | undefined {
  const own = new Set(poms.map(({ text }) => artifactOf(text)));
  for (const { path, text } of poms) {
    const part = partsOf(text).find(
      ({ kind, artifact, version }) => isOpen(version) || isForeignSnapshot(kind, artifact, version, own),
    );
    if (part !== undefined)
      return `${path} requests ${part.artifact} ${part.version}, which can resolve to a different version each time`;
  }
  return undefined;
}

interface Part {
  readonly kind: string;
  readonly artifact: string;
  readonly version: string;
}

function partsOf(text: string): readonly Part[] {
  return elementsIn(text, ["dependency", "parent", "plugin", "extension"]).map(({ name, inner }) => {
    const own = withoutElements(inner, ["exclusions", "dependencies", "executions", "configuration"]);
    return { kind: name, artifact: textIn(own, "artifactId"), version: textIn(own, "version") };
  });
}

const textIn = (text: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]?.trim() ?? "";

const others = ["parent", "dependencies", "dependencyManagement", "build", "profiles", "reporting"];

/** The module's own, which stands outside of all that names others. */
const artifactOf = (text: string): string => textIn(withoutElements(text, others), "artifactId");

/** `[1.0,2.0)`, but not `[1.0]`, which is that version alone. */
const isOpen = (version: string): boolean => /^(?:LATEST|RELEASE)$|^[[(][^,\n]*,.*[\])]$/.test(version);

const isForeignSnapshot = (kind: string, artifact: string, version: string, own: ReadonlySet<string>): boolean =>
  kind !== "dependency" && version.endsWith("-SNAPSHOT") && !own.has(artifact);
