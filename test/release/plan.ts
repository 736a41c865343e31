import type { WorkspacePackage } from "./manifests.ts";
import { publishedPackages, tarballName } from "./manifests.ts";

/** The contents of the repository that determine a release. */
export interface ReleaseSources {
  readonly packages: readonly WorkspacePackage[];
  /** buildpacks/builder.toml. */
  readonly builder: BuilderToml;
  readonly version: string;
}

/** The keys of builder.toml that a release reads. The buildpacks are directories next to it. */
export interface BuilderToml {
  readonly buildpacks?: readonly { readonly uri?: string }[];
}

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** Relative to the repository's root. */
  readonly dir: string;
  readonly tarball: string;
}

/** An image that is published. Its parts come before it in the plan. */
export interface PublishedImage {
  readonly kind: "base" | "lifecycle" | "program" | "buildpack" | "builder";
  /** The last part of the repository's name, for example `nodejs`. */
  readonly name: string;
  /** For a buildpack: its directory, relative to the repository's root. */
  readonly dir?: string;
  readonly reference: string;
}

/** Everything that a release publishes, each part after those that it needs. */
export interface ReleasePlan {
  readonly version: string;
  readonly tag: string;
  readonly packages: readonly NpmPackage[];
  readonly images: readonly PublishedImage[];
}

/** The name of the builder that also contains `cnb`. It shares all other layers with the builder. */
export const builderWithCnb = "builder-with-cnb";

/** The platforms of all images. */
export const platforms = ["linux/amd64", "linux/arm64"] as const;

/**
 * Plans a release: the npm packages, then base images, the lifecycle, the static program, buildpacks and the
 * two builders.
 *
 * @param repository where the images are published, for example `registry.example.com/libcnb`
 * @example `releasePlan(sources, "registry.example.com/libcnb").images.at(-2)?.reference ===
 * "registry.example.com/libcnb/builder:0.1.0"`
 */
export function releasePlan({ packages, builder, version }: ReleaseSources, repository: string): ReleasePlan {
  const image = (kind: PublishedImage["kind"], name: string): PublishedImage => ({
    kind,
    name,
    reference: `${repository}/${name}:${version}`,
  });
  const folders = (builder.buildpacks ?? []).flatMap(({ uri }) => uri ?? []).toSorted();
  return {
    version,
    tag: `v${version}`,
    packages: publishedPackages(packages).map(({ dir, manifest }) => ({
      name: manifest.name,
      version: manifest.version,
      dir,
      tarball: tarballName(manifest),
    })),
    images: [
      image("base", "base-build"),
      image("base", "base-run"),
      image("lifecycle", "lifecycle"),
      image("program", "cnb"),
      ...folders.map((folder) => ({ ...image("buildpack", folder), dir: `buildpacks/${folder}` })),
      image("builder", "builder"),
      image("builder", builderWithCnb),
    ],
  };
}

/**
 * The decision for one part of a release that may have been interrupted: the published content is
 * the same, another one, or missing.
 */
export type PublishDecision = "publish" | "skip" | "refuse";

/**
 * Decides by digests. A digest identifies the content, so that a release can be repeated.
 *
 * @example `decide({ ours: "sha256:a", published: undefined }) === "publish"`
 */
export function decide({
  ours,
  published,
}: {
  readonly ours: string;
  readonly published: string | undefined;
}): PublishDecision {
  if (published === undefined) return "publish";
  return published === ours ? "skip" : "refuse";
}
