import type { OrderMember } from "libcnb/spec";
import type { PackageToml } from "../../buildpackage/package-toml.ts";
import { type LintDocument, replaceString } from "../document.ts";
import type { Edit, Problem } from "../finding.ts";
import type { Members } from "../members.ts";

/** A composite buildpack: its order, and the members that its package.toml names. */
export interface Composite {
  readonly id: string;
  readonly document: LintDocument;
  readonly order: readonly (readonly OrderMember[])[];
  readonly members: Members;
}

/** Reports members of an order that are not in the package. */
export function checkMembers({ id, document, order, members }: Composite): readonly Problem[] {
  return order.flatMap((group, index) =>
    group.flatMap((member, at): readonly Problem[] => {
      const path = `order[${index}].group[${at}]`;
      if (member.id === id) return [mismatch(`${path}.id`, `${id} is a member of itself`)];
      const versions = members.versions.get(member.id) ?? [];
      if (member.version === undefined) return [withoutVersion(document, path, versions)];
      if (versions.includes(member.version) || (versions.length === 0 && members.isOpen)) return [];
      if (versions.length === 0) return [mismatch(`${path}.id`, `no dependency in package.toml is ${member.id}`)];
      const [only = "", ...others] = versions;
      const edits = others.length === 0 ? replaceString(document, `${path}.version`, only) : [];
      const message = `${member.id} has the version ${versions.join(" or ")} in package.toml, not ${member.version}`;
      return members.isOpen && others.length > 0 ? [] : [{ ...mismatch(`${path}.version`, message), edits }];
    }),
  );
}

function withoutVersion(document: LintDocument, path: string, versions: readonly string[]): Problem {
  const [only, ...others] = versions;
  const has = only === undefined ? "" : `; package.toml has ${versions.join(" and ")}`;
  const edits = only === undefined || others.length > 0 ? [] : versionBelow(document, path, only);
  return { ...mismatch(path, `the member has no version${has}`), edits };
}

function versionBelow(document: LintDocument, path: string, version: string): readonly Edit[] {
  const position = document.positions.get(`${path}.id`);
  const end = position && (document.lines[position.line] ?? document.text.length);
  if (position?.column !== 1 || end === undefined || document.text[end - 1] !== "\n") return [];
  return [{ start: end, end, text: `version = ${JSON.stringify(version)}\n` }];
}

/**
 * Reports dependencies in package.toml that cannot be found, and dependencies that no order names.
 */
export function checkDependencies(
  { dependencies }: PackageToml,
  { order, members }: Pick<Composite, "order" | "members">,
): readonly Problem[] {
  const named = new Set([...order.flat(), ...members.nested].map(({ id }) => id));
  return dependencies.flatMap((uri, index): readonly Problem[] => {
    const found = members.dependencies[index];
    if (found === undefined) return [];
    const path = `dependencies[${index}]`;
    if ("reason" in found) return [mismatch(path, found.reason)];
    return named.has(found.id) ? [] : [mismatch(path, `no order names ${found.id} (${uri})`)];
  });
}

/**
 * Creates the problem that the members of an order cannot be packaged, because there is no
 * package.toml.
 */
export const withoutPackageToml = (): Problem => ({
  ...mismatch("order", "there is no package.toml next to this file, which names the directory or image of each member"),
  severity: "warning",
});

const mismatch = (path: string, message: string): Problem => ({ rule: "composite-mismatch", path, message });
