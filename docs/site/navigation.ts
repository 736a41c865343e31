/** A group of the sidebar: pages by their path in the site, or groups of them. */
export interface Group {
  readonly label: string;
  readonly pages: readonly (string | Group)[];
  /** The sidebar shows only the label until a reader opens the group. */
  readonly collapsed?: boolean;
}

/** The sidebar, in the four parts of https://diataxis.fr. A test checks that every page is in it exactly once. */
export const navigation: readonly Group[] = [
  { label: "Tutorials", pages: ["tutorials/app", "tutorials/buildpack", "tutorials/builder", "guide/getting-started"] },
  {
    label: "How-to guides",
    pages: [
      {
        label: "Build apps",
        pages: [
          "guide/demo",
          "guide/building",
          "guide/running",
          "guide/dev",
          "guide/where-it-runs",
          "guide/inspecting",
          "guide/sbom",
          "how-to/ci",
          "how-to/manifests",
        ],
      },
      {
        label: "Write buildpacks",
        pages: [
          "guide/detect-and-build",
          "guide/layers",
          "guide/environment",
          "guide/dependencies",
          "guide/inventories",
          "guide/kit",
          "guide/configuration",
          "guide/bindings",
          "guide/tools-and-logging",
          "guide/errors",
          "guide/testing",
          "guide/editor",
          "guide/extensions",
          "guide/executables",
          "guide/engine",
          "guide/linting",
          "guide/packaging",
          "how-to/releasing",
        ],
      },
      {
        label: "Recipes for buildpacks",
        pages: [
          "how-to/tool-cache",
          "how-to/layer-types",
          "how-to/lockfile-key",
          "how-to/vendored",
          "how-to/private-registries",
          "how-to/processes",
          "how-to/text-files",
          "how-to/several-versions",
          "how-to/exec-d",
          "how-to/debugging",
        ],
      },
      {
        label: "Run a platform",
        pages: [
          "guide/base-images",
          "guide/builders",
          "guide/registries",
          "guide/settings",
          "guide/rebasing",
          "guide/copying",
          "guide/signatures",
          "guide/policy",
          "guide/air-gap",
          "guide/images",
          "guide/static-program",
        ],
      },
    ],
  },
  {
    label: "Reference",
    pages: [
      "reference/commands",
      {
        label: "Files",
        pages: [
          "reference/project-toml",
          "reference/buildpack-toml",
          "reference/package-toml",
          "reference/builder-toml",
          "reference/base-toml",
          "reference/policy-toml",
          "reference/config-toml",
        ],
      },
      "reference/variables",
      "reference/lint",
      "errors",
      "guide/limits",
      { label: "Buildpacks", collapsed: true, pages: ["buildpacks/*", "reference/buildpacks/*"] },
      { label: "Exports", collapsed: true, pages: ["reference/exports/*", "api/libcnb", "api/packager"] },
      "guide/build-logs",
      "conformance",
    ],
  },
  {
    label: "Explanation",
    pages: [
      "explanation/buildpacks",
      "explanation/lifecycle",
      "explanation/reproducible",
      "explanation/security",
      "explanation/comparison",
      "comparison",
      "explanation/other-tools",
      "features",
      {
        label: "Coming from",
        pages: [
          "coming-from/libcnb-rs",
          "coming-from/packit",
          "coming-from/libpak",
          "coming-from/dockerfile",
          "coming-from/pack",
        ],
      },
      "architecture",
      { label: "Decisions", collapsed: true, pages: ["decisions/*"] },
    ],
  },
  {
    label: "Project",
    collapsed: true,
    pages: ["stability", "known-limits", "contributing", "releasing", "security", "changelog"],
  },
];

/** The paths that a group's entries name, `folder/*` being all pages of a directory. */
export function pathsIn(groups: readonly (string | Group)[], pages: readonly string[]): readonly string[] {
  return groups.flatMap((entry) => (typeof entry === "string" ? pathsOf(entry, pages) : pathsIn(entry.pages, pages)));
}

export const pathsOf = (entry: string, pages: readonly string[]): readonly string[] =>
  entry.endsWith("/*") ? pages.filter((page) => page.startsWith(entry.slice(0, -1))).toSorted() : [entry];
