import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { Table } from "libcnb";

/**
 * Recreates the pip settings of the machine that locked a Pipfile without indexes. For such a
 * Pipfile, Pipenv uses pip's indexes, names them by their sections, and includes them in the
 * lockfile's digest, so with other settings a valid lockfile would be out of date.
 *
 * @param lock a `Pipfile.lock`, as parsed
 * @returns the text of a pip.conf; `undefined` if pip had no configured indexes
 */
export function pipConfOf(lock: Table): string | undefined {
  const lines = sourcesOf(lock).flatMap(({ name = "", url }) => {
    const [, extra, section] = /^pip_conf_(extra_)?index_([\w:-]+)$/.exec(name) ?? [];
    // what an app names is not to become another setting
    if (section === undefined || url === undefined || /\s/.test(url)) return [];
    return extra ? { section: section.replace(/_\d+$/, ""), extra: url } : { section, index: url };
  });
  const sections = Map.groupBy(lines, ({ section }) => section);
  return sections.size === 0 ? undefined : [...sections].map(([name, its]) => sectionOf(name, its)).join("\n");
}

const sourcesOf = (lock: Table) => {
  const sources = tableOf(lock["_meta"])["sources"];
  return (Array.isArray(sources) ? sources : [])
    .map(tableOf)
    .map((each) => ({ name: stringOf(each["name"]), url: stringOf(each["url"]) }));
};

interface Line {
  readonly index?: string;
  readonly extra?: string;
}

function sectionOf(name: string, lines: readonly Line[]): string {
  const extras = lines.flatMap(({ extra }) => (extra === undefined ? [] : [extra]));
  const index = lines.find((each) => each.index !== undefined)?.index;
  return [
    `[${name}]`,
    ...(index === undefined ? [] : [`index-url = ${index}`]),
    ...(extras.length === 0 ? [] : [`extra-index-url = ${extras.join(" ")}`]),
    "",
  ].join("\n");
}
