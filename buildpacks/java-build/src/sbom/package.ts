import type { PackageScope } from "@libcnb/app-kit/sbom/packages-sbom";
import type { JarDigests } from "@libcnb/java-app/digests";

/** A dependency of an app, or the app itself. Packages are stored as JSON next to the artifact. */
export interface Package {
  /** The id by which other packages' `dependencies` refer to it. */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly classifier?: string;
  /**
   * `app`: the module that is in the image. `module`: another module of the same project.
   * Otherwise, the package comes from a repository.
   */
  readonly role?: "app" | "module";
  readonly scope: PackageScope;
  readonly licenses: readonly string[];
  /** The digests of the file, in hexadecimal digits. */
  readonly digests?: JarDigests;
  /** The ids of the dependencies, sorted. */
  readonly dependencies: readonly string[];
}
