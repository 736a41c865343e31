import { changelogSection, isDated } from "./changelog.ts";
import { manifestProblems, repositoryUrl, type WorkspacePackage } from "./manifests.ts";

/** What is known of the repository before a release. */
export interface RepositoryFacts {
  readonly version: string;
  readonly packages: readonly WorkspacePackage[];
  /** The versions in descriptors of the reference buildpacks and in builder.toml, by location. */
  readonly descriptors: Readonly<Record<string, string>>;
  readonly changelog: string;
  /** The texts of the READMEs and of the documentation, by path. */
  readonly pages: Readonly<Record<string, string>>;
  /** The lines of `git status --porcelain`. */
  readonly changes: readonly string[];
  readonly commit: string;
  /** The commits of all tags of versions, by the name of the tag. */
  readonly tags: Readonly<Record<string, string>>;
  /** The addresses of Git's remotes. */
  readonly remotes: readonly string[];
}

/** A precondition of a release. */
export interface Check {
  readonly name: string;
  /** The reasons for which it does not hold; empty if it holds. */
  readonly problems: readonly string[];
  readonly hint: string;
}

/** The preconditions that the repository must meet. Those of registries are checked when they are used. */
export function repositoryChecks(facts: RepositoryFacts): readonly Check[] {
  return [
    {
      name: "the work tree has no changes",
      problems: facts.changes,
      hint: "Commit the changes: a release is built from a commit.",
    },
    {
      name: "all versions are equal, and the manifests are complete",
      problems: [...manifestProblems(facts.packages, facts.version), ...descriptorProblems(facts)],
      hint: `Set the version ${facts.version} and the missing keys.`,
    },
    { name: "CHANGELOG.md describes the version", ...changelogCheck(facts) },
    {
      name: "no page says that the packages are not on npm",
      problems: unpublishedPages(facts),
      hint: "Remove these sentences: npm shows the README of a package next to its first version.",
    },
    { name: "the version is new", ...versionCheck(facts) },
    { name: "the manifests name the repository", ...remoteCheck(facts) },
  ];
}

const descriptorProblems = ({ descriptors, version }: RepositoryFacts): readonly string[] =>
  Object.entries(descriptors).flatMap(([location, found]) =>
    found === version ? [] : [`${location} has the version ${found}`],
  );

/** The words with which a page says that the packages are not published. */
export const notOnNpm = /\bnot(?=\s+on\s+(?:the\s+)?(?:public\s+)?npm\b)/g;

const unpublishedPages = ({ pages }: RepositoryFacts): readonly string[] =>
  Object.entries(pages).flatMap(([path, text]) =>
    text.search(notOnNpm) === -1 ? [] : [`${path} says that the packages are not on npm`],
  );

function changelogCheck({ changelog, version }: RepositoryFacts): Omit<Check, "name"> {
  const section = changelogSection(changelog, version);
  const hint = `Write the heading "## ${version} (YYYY-MM-DD)" with the date of the release.`;
  if (section === undefined) return { problems: [`CHANGELOG.md has no section ${version}`], hint };
  if (!isDated(section)) return { problems: [`the section ${version} is marked (${section.date})`], hint };
  return { problems: section.text === "" ? [`the section ${version} is empty`] : [], hint };
}

/** The tag of an interrupted release refers to the same commit. */
function versionCheck({ version, tags, commit }: RepositoryFacts): Omit<Check, "name"> {
  const own = tags[`v${version}`];
  const newer = Object.keys(tags)
    .map((tag) => tag.replace(/^v/, ""))
    .filter((other) => compareVersions(other, version) > 0);
  return {
    problems: [
      ...(own === undefined || own === commit ? [] : [`the tag v${version} refers to another commit, ${own}`]),
      ...(newer.length === 0 ? [] : [`there are tags of newer versions: ${newer.join(", ")}`]),
    ],
    hint: "Set a version that no release has.",
  };
}

/** Provenance requires that the manifest names the repository that is built. */
function remoteCheck({ remotes }: RepositoryFacts): Omit<Check, "name"> {
  const isOwn = (remote: string): boolean => pathOf(remote) === pathOf(repositoryUrl);
  return {
    problems: remotes.length === 0 || remotes.some(isOwn) ? [] : [`Git's remotes are ${remotes.join(", ")}`],
    hint: `The manifests name ${repositoryUrl}. Change them and test/release/manifests.ts, or add the remote.`,
  };
}

/** The host and path of an address, also of SSH's short form. */
const pathOf = (address: string): string =>
  address
    .replace(/^(git\+)?[a-z]+:\/\//, "")
    .replace(/^[\w-]+@/, "")
    .replace(":", "/")
    .replace(/(\.git)?\/?$/, "");

/** Compares `X.Y.Z` numerically. */
function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((each) => each.split(/[.-]/).map(Number));
  const index = [0, 1, 2].find((part) => x?.[part] !== y?.[part]);
  return index === undefined ? 0 : (x?.[index] ?? 0) - (y?.[index] ?? 0);
}
