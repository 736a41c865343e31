/** The keys of package.json that a release reads. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly keywords?: readonly string[];
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: { readonly type?: string; readonly url?: string; readonly directory?: string };
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** Relative to the repository's root. */
  readonly dir: string;
  readonly manifest: Manifest;
}

/** The page of the repository, as the manifests state it. */
export const repositoryUrl = "https://github.com/libcnb/libcnb.ts";

/** The packages that go to the npm registry, each one after those that it depends on. */
export function publishedPackages(packages: readonly WorkspacePackage[]): readonly WorkspacePackage[] {
  const published = packages.filter(({ manifest }) => manifest.private !== true).toSorted(byName);
  const ordered: WorkspacePackage[] = [];
  const visit = (each: WorkspacePackage, path: readonly string[]): void => {
    const { name } = each.manifest;
    if (path.includes(name)) throw new Error(`the packages depend on each other: ${[...path, name].join(" → ")}`);
    if (ordered.includes(each)) return;
    for (const dependency of ownDependencies(each, published)) visit(dependency, [...path, name]);
    ordered.push(each);
  };
  for (const each of published) visit(each, []);
  return ordered;
}

const byName = (a: WorkspacePackage, b: WorkspacePackage): number => (a.manifest.name < b.manifest.name ? -1 : 1);

const dependenciesOf = ({ dependencies, optionalDependencies }: Manifest) => ({
  ...dependencies,
  ...optionalDependencies,
});

const ownDependencies = ({ manifest }: WorkspacePackage, published: readonly WorkspacePackage[]) =>
  published.filter((other) => Object.hasOwn(dependenciesOf(manifest), other.manifest.name));

/** The reasons for which the manifests cannot be published, in words for the maintainer. */
export function manifestProblems(packages: readonly WorkspacePackage[], version: string): readonly string[] {
  const own = new Set(packages.map(({ manifest }) => manifest.name));
  return packages.flatMap((each) => [
    ...(each.manifest.version === version ? [] : [`${each.dir} has the version ${each.manifest.version}`]),
    ...Object.entries(dependenciesOf(each.manifest)).flatMap(([name, range]) =>
      own.has(name) && range !== version ? [`${each.dir} depends on ${name} ${range}`] : [],
    ),
    ...(each.manifest.private === true ? [] : metadataProblems(each, own)),
  ]);
}

function metadataProblems({ dir, manifest }: WorkspacePackage, own: ReadonlySet<string>): readonly string[] {
  const { description, license, keywords = [], homepage, bugs, repository, publishConfig } = manifest;
  const expected: readonly (readonly [name: string, isRight: boolean])[] = [
    ["description", (description ?? "") !== ""],
    ["license", (license ?? "") !== ""],
    ["keywords", keywords.includes("buildpack")],
    ["homepage", homepage === repositoryUrl],
    ["bugs", bugs === `${repositoryUrl}/issues`],
    ["repository.url", repository?.url === `git+${repositoryUrl}.git`],
    ["repository.directory", repository?.directory === dir],
    ["publishConfig.access", publishConfig?.access === "public"],
    ["publishConfig.provenance", publishConfig?.provenance === true],
  ];
  const inexact = Object.entries(dependenciesOf(manifest)).filter(
    ([name, range]) => !own.has(name) && !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range),
  );
  return [
    ...expected.flatMap(([name, isRight]) => (isRight ? [] : [`${dir}/package.json lacks the right ${name}`])),
    ...inexact.map(([name, range]) => `${dir} depends on ${name} ${range}, which is not an exact version`),
  ];
}

/** The file that `npm pack` writes: https://docs.npmjs.com/cli/commands/npm-pack */
export const tarballName = ({ name, version }: Pick<Manifest, "name" | "version">): string =>
  `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`;
