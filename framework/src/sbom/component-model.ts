/** A component of a layer, the image or the build environment. */
export interface Component {
  /** Default: library. */
  readonly type?: ComponentType;
  readonly name: string;
  readonly version?: string;
  /** Namespace of the name, such as an npm scope `@babel` or a Maven group. */
  readonly group?: string;
  /** The Package URL, `pkg:generic/node@22.1.0`, which scanners look up. */
  readonly purl?: string;
  /** Names in the Common Platform Enumeration, version 2.3: `cpe:2.3:a:nodejs:node.js:22.1.0:*:*:*:*:*:*:*`. */
  readonly cpe?: string | readonly string[];
  readonly description?: string;
  /** The name of the organization that distributes it. */
  readonly supplier?: string;
  /** SPDX ids, SPDX expressions, or names of other licenses. Several apply together. */
  readonly licenses?: readonly string[];
  /** Checksums in hexadecimal digits of the installed file. */
  readonly checksums?: Readonly<Partial<Record<ChecksumAlgorithm, string>>>;
  /** The download URL: http, ftp or git. User name and password in it are removed. */
  readonly downloadUrl?: string;
  /** Default: required. */
  readonly scope?: ComponentScope;
  /**
   * The dependencies among components of the same SBOM: their Package URL, `group/name@version`,
   * `group/name` or name.
   */
  readonly dependencies?: readonly string[];
}

/** Algorithms of checksums, as package managers and release pages name them. */
export type ChecksumAlgorithm = "md5" | "sha1" | "sha256" | "sha384" | "sha512";

/** The kind of a component. */
export type ComponentType = "application" | "framework" | "library" | "container" | "operating-system" | "file";

/**
 * How strongly the subject needs a component: `required` at run time; `optional`, for additional
 * features or on some systems; `excluded`, only for development and building, so not part of the
 * running app.
 */
export type ComponentScope = "required" | "optional" | "excluded";
