import type { PackageScope } from "@libcnb/app-kit/sbom/packages-sbom";
import type { JarDigests } from "@libcnb/java-app/digests";

/** Something that an app is built of, or the app itself: as text in JSON it is kept with what was built. */
export interface Package {
  /** As others name it in `dependencies`. */
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
  /** Of the file, in hexadecimal digits. */
  readonly digests?: JarDigests;
  /** Sorted. */
  readonly dependencies: readonly string[];
}
