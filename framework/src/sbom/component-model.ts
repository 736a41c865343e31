/** A component of a layer, of the image, or of the build environment. */
export interface Component {
  /** The kind of component. Default: library. */
  readonly type?: ComponentType;
  readonly name: string;
  readonly version?: string;
  /** The namespace of the name, such as an npm scope `@babel` or a Maven group. */
  readonly group?: string;
  /** The Package URL, `pkg:generic/node@22.1.0`, which scanners look up. */
  readonly purl?: string;
  /**
   * The names in the Common Platform Enumeration, version 2.3:
   * `cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*`.
   */
  readonly cpe?: string | readonly string[];
  readonly description?: string;
  /** The name of the organization that distributes the component. */
  readonly supplier?: string;
  /**
   * The licenses: SPDX ids, SPDX expressions, or names of other licenses. If there are several, all
   * apply.
   */
  readonly licenses?: readonly string[];
  /** The checksums of the installed file, in hexadecimal digits. */
  readonly checksums?: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  /** The download URL: http, ftp or git. A user name and password in the URL are removed. */
  readonly downloadUrl?: string;
  /** The scope. Default: required. */
  readonly scope?: ComponentScope;
  /**
   * The dependencies among components of the same SBOM, each by its Package URL,
   * `group/name@version`, `group/name` or name.
   */
  readonly dependencies?: readonly string[];
}

/** The checksum algorithms, as package managers and release pages name them. */
export type ChecksumAlgorithm = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

/** The kind of a component. */
export type ComponentType = "application" | "framework" | "library" | "container" | "operating-system" | "file";

/**
 * The degree to which the subject needs a component. `required`: at run time. `optional`: for
 * additional features or on some systems. `excluded`: only for development and building, so not
 * part of the running app.
 */
export type ComponentScope = "required" | "optional" | "excluded";
