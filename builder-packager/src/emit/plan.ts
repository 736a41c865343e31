import type { OrderGroup } from "../builder/toml/builder-toml.ts";

/**
 * The values from which manifests are rendered. Image names are complete. The names of input images
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
  /**
   * The image of jobs in GitLab and Kubernetes, with Node.js, if the builder does not contain `cnb`;
   * the image with git of Kubernetes and Tekton. It has a digest, unless it could not be read.
   */
  readonly jobImage: string;
  /** The inputs of kpack; undefined for other kinds. */
  readonly kpack?: KpackPlan;
  /** The inputs of the Job; undefined for other kinds. */
  readonly kubernetes?: KubernetesPlan;
  /** The inputs of the Build of Shipwright; undefined for other kinds. */
  readonly shipwright?: ShipwrightPlan;
  /** The source of the Pipeline of Tekton; undefined for other kinds, and for a Task alone. */
  readonly tekton?: TektonPlan;
}

/** The source of a Pipeline of Tekton. */
export interface TektonPlan {
  readonly git: string;
  readonly revision: string;
}

/** The source and the namespace of a Build of Shipwright. */
export interface ShipwrightPlan {
  readonly git: string;
  readonly revision: string;
  readonly namespace: string;
}

/** The source, the namespace and the time of a Job. */
export interface KubernetesPlan {
  readonly git: string;
  readonly revision: string;
  readonly namespace: string;
  /** The schedule of a CronJob; undefined for a Job. */
  readonly schedule?: string;
}

/** The decided contents of a Job that rebases the images of a pattern. */
export interface RebasePlan {
  readonly name: string;
  /** The version of cnb that wrote the manifest. */
  readonly version: string;
  readonly namespace: string;
  readonly schedule?: string;
  readonly filter: string;
  /** The number of pods, each of which rebases one part of the images. */
  readonly shards: number;
  readonly runImage?: string;
  /** The image of the job, with a digest, unless it could not be read. */
  readonly jobImage: string;
  /** The pinned name of the image of the job, if it is the image of the static program. */
  readonly cnbImage?: string;
  /** A builder that contains `cnb`, which then replaces the image of the job. */
  readonly builder?: PinnedBuilder;
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
  /** The version of `cnb` in the builder; undefined if the builder does not contain `cnb`. */
  readonly cnb?: string;
}

/** The contents of kpack's resources, from builder.toml and options. */
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
