import type { OrderGroup } from "../builder/toml/builder-toml.ts";

/**
 * The decided contents of manifests. Names of images are complete. The names of input images
 * include the digest.
 */
export interface EmitPlan {
  /** The name of the objects, a label of DNS. */
  readonly name: string;
  /** The version of cnb that wrote the manifest. */
  readonly version: string;
  /** The name of the image to build, with a tag. */
  readonly image: string;
  /** The same without the tag. */
  readonly repository: string;
  /** The image that stores cache layers. */
  readonly cacheImage: string;
  readonly builder: PinnedBuilder;
  /** The run image, if it is not the builder's own. */
  readonly runImage?: string;
  /** The app's directory in its repository; `.` for the whole repository. */
  readonly path: string;
  /** The variables of project.toml. */
  readonly env: readonly { readonly name: string; readonly value: string }[];
  /** The image of jobs in GitLab, with Node.js. */
  readonly jobImage: string;
  /** The inputs of kpack; undefined for other kinds. */
  readonly kpack?: KpackPlan;
}

/** A builder in a registry. */
export interface PinnedBuilder {
  /** The name with the digest. */
  readonly pinned: string;
  /** The numbers of the user and group that buildpacks run as. */
  readonly uid: number;
  readonly gid: number;
  /** The newest Platform API that cnb and the builder's lifecycle support. */
  readonly platformApi: string;
}

/** The resources of kpack, from builder.toml and flags. */
export interface KpackPlan {
  readonly stackId: string;
  readonly buildImage: string;
  readonly runImage: string;
  readonly lifecycleImage: string;
  /** The name of the builder that kpack composes. */
  readonly builderTag: string;
  readonly order: readonly OrderGroup[];
  readonly git: string;
  readonly revision: string;
  readonly namespace: string;
}
