import type { KnownKeys } from "../../../builder-packager/src/config/unknown-keys.ts";
import { cell, tableOf } from "./markdown.ts";

/** The description of a key in a file's page: the form of the value, and its meaning. */
export type KeyText = readonly [form: string, meaning: string];

/** A table of a file: where it is (`order.group`; `""` is the top), and its keys. Several places may have the same keys. */
export interface FileTable {
  readonly heading: string;
  readonly at: readonly string[];
  /** Prose in front of the keys. */
  readonly text?: string;
  readonly keys: Readonly<Record<string, KeyText>>;
}

/** A file that users write. */
export interface FileReference {
  readonly name: string;
  /** Prose, with an example. */
  readonly intro: string;
  /** The keys that the parser knows. */
  readonly known: KnownKeys;
  readonly tables: readonly FileTable[];
}

/** The page of a file in docs/reference. */
export const filePage = ({ name, intro, tables }: FileReference): string => `# ${name}

${intro.trim()}

${tables.map(section).join("\n\n")}

This page is generated (\`npm run docs\`). A test checks that it has every key that the parser knows.
`;

function section({ heading, text, keys }: FileTable): string {
  const rows = Object.entries(keys).map(([key, [form, meaning]]) => [`\`${key}\``, form, cell(meaning)]);
  return [`## ${heading}`, ...(text ? [text] : []), tableOf(["key", "value", "meaning"], rows)].join("\n\n");
}

/** Keys that the page lacks, and keys that it has and the parser does not know. */
export function keyDifferences({ known, tables }: FileReference): readonly string[] {
  const parsed = new Set(pathsOf(known));
  const written = new Set(
    tables.flatMap(({ at, keys }) =>
      at.flatMap((location) => Object.keys(keys).map((key) => (location === "" ? key : `${location}.${key}`))),
    ),
  );
  return [
    ...[...parsed].filter((path) => !written.has(path)).map((path) => `not documented: ${path}`),
    ...[...written].filter((path) => !parsed.has(path)).map((path) => `not known: ${path}`),
  ];
}

/** Paths of all keys that have no keys below them. */
const pathsOf = (keys: KnownKeys, parent = ""): readonly string[] =>
  Object.entries(keys).flatMap(([key, below]) =>
    below === true ? [`${parent}${key}`] : pathsOf(below, `${parent}${key}.`),
  );
