/** The entries of a `classpath.idx`: lines `- "BOOT-INF/lib/a.jar"`. */
export const indexedLines = (text: string): readonly string[] =>
  text.split(/\r?\n/).flatMap((line) => /^- "(.*)"$/.exec(line.trim())?.[1] ?? []);

/** A layer in a `layers.idx`, and the paths that belong to it. */
export interface IndexedLayer {
  readonly name: string;
  readonly paths: readonly string[];
}

/** The layers of a `layers.idx`: lines `- "name":`, and below each lines `  - "path"`. */
export function indexedLayers(text: string): readonly IndexedLayer[] {
  const layers: { readonly name: string; readonly paths: string[] }[] = [];
  for (const line of text.split("\n").map((each) => each.trimEnd())) {
    const [, name] = /^- "?([^"]*)"?:$/.exec(line) ?? [];
    const [, path] = /^\s+- "?([^"]*)"?$/.exec(line) ?? [];
    if (name !== undefined) layers.push({ name, paths: [] });
    else if (path) layers.at(-1)?.paths.push(path);
  }
  return layers;
}
