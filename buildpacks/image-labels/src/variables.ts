import { s } from "libcnb";

/**
 * The labels that OCI defines, by the environment variable that sets each label:
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export const ociLabels = {
  BP_OCI_AUTHORS: "org.opencontainers.image.authors",
  BP_OCI_CREATED: "org.opencontainers.image.created",
  BP_OCI_DESCRIPTION: "org.opencontainers.image.description",
  BP_OCI_DOCUMENTATION: "org.opencontainers.image.documentation",
  BP_OCI_LICENSES: "org.opencontainers.image.licenses",
  BP_OCI_REF_NAME: "org.opencontainers.image.ref.name",
  BP_OCI_REVISION: "org.opencontainers.image.revision",
  BP_OCI_SOURCE: "org.opencontainers.image.source",
  BP_OCI_TITLE: "org.opencontainers.image.title",
  BP_OCI_URL: "org.opencontainers.image.url",
  BP_OCI_VENDOR: "org.opencontainers.image.vendor",
  BP_OCI_VERSION: "org.opencontainers.image.version",
} as const;

const names = Object.keys(ociLabels) as (keyof typeof ociLabels)[];
const texts = names.map((name) => [name, s.optional(s.string)] as const);

/** The user's settings, which are declared in buildpack.toml. */
export const settings = {
  ...(Object.fromEntries(texts) as Record<keyof typeof ociLabels, s.Schema<string | undefined>>),
  BP_IMAGE_LABELS: s.optional(s.string),
};

/** Returns the labels defined by OCI whose environment variables are set. */
export const labelsOf = (values: Readonly<Record<keyof typeof ociLabels, string | undefined>>): [string, string][] =>
  names.flatMap((name) => (values[name] === undefined ? [] : [[ociLabels[name], values[name]]]));
