import { describe, expect, test } from "vitest";
import { changelogSection, isDated } from "./changelog.ts";
import { type RepositoryFacts, repositoryChecks } from "./checks.ts";
import { type Manifest, manifestProblems, publishedPackages, type WorkspacePackage } from "./manifests.ts";
import { decide, releasePlan } from "./plan.ts";
import { readDescriptor, releaseVersion, workspacePackages } from "./repository.ts";

const version = releaseVersion();

describe("the release plan of this repository", () => {
  const sources = { packages: workspacePackages(), builder: readDescriptor("buildpacks/builder.toml"), version };
  const plan = releasePlan(sources, "registry.example.com/libcnb");

  test("contains each npm package after those that it depends on", () => {
    expect(plan.packages.map(({ dir, tarball }) => [dir, tarball])).toEqual([
      ["builder-packager/engine/prebuilt/linux-arm64", `libcnb-engine-linux-arm64-${version}.tgz`],
      ["builder-packager/engine/prebuilt/linux-x64", `libcnb-engine-linux-x64-${version}.tgz`],
      ["framework", `libcnb-${version}.tgz`],
      ["templates", `create-buildpack-${version}.tgz`],
      ["builder-packager", `libcnb-packager-${version}.tgz`],
    ]);
  });

  test("contains the bases, the lifecycle, the static program, the buildpacks of the reference builder, and then the builders", () => {
    const names = plan.images.map(({ kind, name }) => `${kind} ${name}`);
    expect(names).toEqual([
      "base base-build",
      "base base-run",
      "lifecycle lifecycle",
      "program cnb",
      ...[
        "ca-certificates",
        "environment-variables",
        "front-end",
        "git",
        "image-labels",
        "java",
        "nodejs",
        "procfile",
        "python",
        "static-web",
      ].map((name) => `buildpack ${name}`),
      "builder builder",
      "builder builder-with-cnb",
    ]);
    expect(plan.images.at(-3)).toEqual({
      kind: "buildpack",
      name: "static-web",
      dir: "buildpacks/static-web",
      reference: `registry.example.com/libcnb/static-web:${version}`,
    });
  });

  test("has complete manifests with equal versions", () => {
    expect(manifestProblems(sources.packages, version)).toEqual([]);
  });
});

const complete = (dir: string, name: string, dependencies: Manifest["dependencies"] = {}): WorkspacePackage => ({
  dir,
  manifest: {
    name,
    version: "1.2.0",
    description: "A package",
    license: "MIT",
    keywords: ["buildpack"],
    homepage: "https://github.com/libcnb/libcnb.ts",
    bugs: "https://github.com/libcnb/libcnb.ts/issues",
    repository: { url: "git+https://github.com/libcnb/libcnb.ts.git", directory: dir },
    publishConfig: { access: "public", provenance: true },
    dependencies,
  },
});

test("the release plan refuses npm packages that depend on each other", () => {
  const packages = [complete("a", "a", { b: "1.2.0" }), complete("b", "b", { a: "1.2.0" })];
  expect(() => publishedPackages(packages)).toThrow("the packages depend on each other: a → b → a");
});

test.for<[string, Partial<Manifest>, string]>([
  ["another version", { version: "1.1.0" }, "x has the version 1.1.0"],
  ["a dependency on another version of the release", { dependencies: { y: "1.1.0" } }, "x depends on y 1.1.0"],
  [
    "a dependency on a range",
    { dependencies: { other: "^1.0.0" } },
    "x depends on other ^1.0.0, which is not an exact version",
  ],
  ["no keywords", { keywords: [] }, "x/package.json lacks the right keywords"],
  ["no homepage", { homepage: "" }, "x/package.json lacks the right homepage"],
  ["no URL for bugs", { bugs: "" }, "x/package.json lacks the right bugs"],
  ["restricted access", { publishConfig: { provenance: true } }, "x/package.json lacks the right publishConfig.access"],
  ["no provenance", { publishConfig: { access: "public" } }, "x/package.json lacks the right publishConfig.provenance"],
])("the release plan reports a problem for a package.json with %s", ([, changed, problem]) => {
  const { dir, manifest } = complete("x", "x");
  const packages = [{ dir, manifest: { ...manifest, ...changed } }, complete("y", "y")];
  expect(manifestProblems(packages, "1.2.0")).toEqual([problem]);
});

test("the release plan reports no problem for a private package.json without metadata", () => {
  expect(manifestProblems([{ dir: "x", manifest: { name: "x", version: "1.2.0", private: true } }], "1.2.0")).toEqual(
    [],
  );
});

test.for([
  ["publish", "nothing under this version", undefined],
  ["skip", "the artifact with the same digest", "sha256:a"],
  ["refuse", "an artifact with another digest", "sha256:b"],
] as const)('the decision for an artifact is "%s" if the registry has %s', ([decision, , published]) => {
  expect(decide({ ours: "sha256:a", published })).toBe(decision);
});

describe("a section of the changelog", () => {
  const changelog = "# Changelog\n\n## 1.2.0 (unreleased)\n\n- New.\n\n## 1.1.0 (2026-01-31)\n\n### Security\n- Old.\n";

  test.for([
    ["1.2.0", { date: "unreleased", text: "- New." }, false],
    ["1.1.0", { date: "2026-01-31", text: "### Security\n- Old." }, true],
  ] as const)("is found for version %s with its date", ([number, section, dated]) => {
    expect(changelogSection(changelog, number)).toEqual(section);
    expect(isDated(section)).toBe(dated);
  });

  test("is undefined for a version without a section", () =>
    expect(changelogSection(changelog, "1.0.0")).toBeUndefined());
});

describe("the checks before a release", () => {
  const ready: RepositoryFacts = {
    version: "1.2.0",
    packages: [complete("x", "x")],
    descriptors: { "buildpacks/x/buildpack.toml": "1.2.0" },
    changelog: "## 1.2.0 (2026-11-25)\n\n- New.\n",
    pages: { "README.md": "The package is on npm." },
    changes: [],
    commit: "c0ffee",
    tags: { "v1.1.0": "bad", "v1.10.0-rc.1": "bad" },
    remotes: ["git@github.com:libcnb/libcnb.ts.git"],
  };
  const problemsOf = (facts: Partial<RepositoryFacts>) =>
    repositoryChecks({ ...ready, tags: { "v1.1.0": "bad" }, ...facts }).flatMap(({ problems }) => problems);

  test("pass for a clean repository with a dated section and a new version", () => {
    expect(problemsOf({})).toEqual([]);
  });

  test("pass for an interrupted release, whose tag refers to this commit", () => {
    expect(problemsOf({ tags: { "v1.2.0": "c0ffee" } })).toEqual([]);
  });

  test.for<[string, Partial<RepositoryFacts>, string]>([
    ["changes in the work tree", { changes: [" M package.json"] }, " M package.json"],
    ["a tag of another commit", { tags: { "v1.2.0": "bad" } }, "the tag v1.2.0 refers to another commit, bad"],
    ["tags of newer versions", { tags: { "v1.10.0": "bad" } }, "there are tags of newer versions: 1.10.0"],
    ["no section in CHANGELOG.md", { changelog: "" }, "CHANGELOG.md has no section 1.2.0"],
    [
      "a section without a date",
      { changelog: "## 1.2.0 (unreleased)\n\n- New.\n" },
      "the section 1.2.0 is marked (unreleased)",
    ],
    ["an empty section", { changelog: "## 1.2.0 (2026-11-25)\n" }, "the section 1.2.0 is empty"],
    ["another version in a descriptor", { descriptors: { "b.toml": "1.1.0" } }, "b.toml has the version 1.1.0"],
    [
      "a page of an unpublished version",
      { pages: { "docs/a.md": "The packages are not\non the npm registry yet." } },
      "docs/a.md says that the packages are not on npm",
    ],
    [
      "remotes of another repository",
      { remotes: ["https://github.com/me/fork.git"] },
      "Git's remotes are https://github.com/me/fork.git",
    ],
  ])("fail with the reason for %s", ([, facts, problem]) => {
    expect(problemsOf(facts)).toEqual([problem]);
  });
});
