import type { SbomFormat } from "../../sbom/documents.ts";
import type { Vulnerability } from "../reports/vulnerability.ts";

/** The facts about one image on which a policy decides. Facts that no rule of the policy needs are absent. */
export interface CheckedImage {
  /** The name of the image, as the user wrote it. */
  readonly name: string;
  /** The platform, for example `linux/amd64`. */
  readonly platform: string;
  /** The digest of the image's manifest. */
  readonly digest: string;
  readonly kind: "app" | "builder" | "package" | "other";
  /** The buildpacks and extensions that built the image, or that it contains. */
  readonly modules: readonly ModuleFact[];
  /** The base image of an app, or the run images of a builder. */
  readonly bases: readonly BaseFact[];
  /** The creation time of the base image; undefined if it is unknown. */
  readonly baseCreated?: Date | undefined;
  /** The size of all layers in bytes, as stored (compressed). */
  readonly sizeBytes: number;
  /** The user in the image's configuration, as written. */
  readonly user: string;
  /** The id of that user in the image's `/etc/passwd`, if `user` is a name. */
  readonly userId?: string | undefined;
  readonly sboms?: readonly SbomFact[] | undefined;
  readonly components?: readonly Component[] | undefined;
  readonly secrets?: readonly Secret[] | undefined;
  /** The reason why no signature is valid, or `valid`; undefined if signatures were not verified. */
  readonly signature?: { readonly valid: boolean; readonly reason: string } | undefined;
  /** The reports about this image; undefined if reports cannot exist yet. */
  readonly reports?: ReportFacts | undefined;
}

export interface ModuleFact {
  readonly kind: "buildpack" | "extension";
  readonly id: string;
  readonly version: string;
  /** The diff ID of its layer; undefined in an app, which does not record it. */
  readonly digest?: string | undefined;
}

export interface BaseFact {
  /** The names that the image records. */
  readonly names: readonly string[];
  /** The recorded digest of the base's manifest. */
  readonly digest?: string | undefined;
  /** The diff ID of the base's last layer, if that layer is in the image. */
  readonly topLayer?: string | undefined;
}

export interface SbomFact {
  readonly path: string;
  /** Undefined for another format, or a document that cannot be parsed. */
  readonly format: SbomFormat | undefined;
  readonly isOfBase: boolean;
}

/** A component in an image's SBOMs. */
export interface Component {
  /** The Package URL, decoded and without qualifiers; the name if there is none. */
  readonly name: string;
  readonly purl: string | undefined;
  readonly version: string;
  /** SPDX expressions or names, all of which apply. */
  readonly licenses: readonly string[];
}

/** A secret in an image. The secret itself is never recorded. */
export interface Secret {
  /** The kind of secret, for example `a private key`. */
  readonly kind: string;
  /** The path of the file, `env NAME`, `label NAME` or `history`. */
  readonly location: string;
  /** The diff ID of the layer, for a file. */
  readonly layer?: string | undefined;
  /** The part of the app in that layer, for example `application`. */
  readonly maker?: string | undefined;
}

export interface ReportFacts {
  /** The reports that name no image, or this one. */
  readonly files: readonly string[];
  /** Reports about other images: the file, and the digest of its image. */
  readonly foreign: readonly { readonly file: string; readonly digest: string }[];
  readonly vulnerabilities: readonly Vulnerability[];
}
