import type { PackageScope } from "@libcnb/app-kit/sbom/packages-sbom";
import type { JarDigests } from "@libcnb/java-app/digests";

/** A dependency of an app, or the app itself; stored as JSON with the artifact. */
export interface Package {
  /** The id in other packages' `dependencies`. */
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly classifier?: string;
  /** `app`: the module that is in the image. `module`: another of the same project. Otherwise it is of a repository. */
  readonly role?: "app" | "module";
  readonly scope: PackageScope;
  readonly licenses: readonly string[];
  /** Digests of the file, in hexadecimal digits. */
  readonly digests?: JarDigests;
  /** Sorted. */
  readonly dependencies: readonly string[];
}
