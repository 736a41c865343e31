import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { type Digest, parseDigest } from "./digest.ts";

/** The location of an image: a registry, an OCI layout, an archive or a container engine. */
export type ImageReference =
  | {
      readonly kind: "registry";
      /** The host of the registry, with an optional port; `docker.io` for Docker Hub. */
      readonly registry: string;
      /** The repository, for example `library/debian`. */
      readonly repository: string;
      /** The tag. If there is neither a tag nor a digest, the tag `latest` is meant. */
      readonly tag?: string;
      readonly digest?: Digest;
    }
  | { readonly kind: "oci"; readonly dir: string; readonly tag?: string }
  | { readonly kind: "oci-archive"; readonly file: string }
  | { readonly kind: "docker-archive"; readonly file: string; readonly name?: string }
  | { readonly kind: "docker-daemon"; readonly name: string };

export type RegistryReference = Extract<ImageReference, { kind: "registry" }>;

const registryPattern =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const componentPattern = /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/**
 * Parses the name of an image: `REGISTRY/REPO[:TAG][@DIGEST]` (also `docker://…`), `oci:DIR[:TAG]`,
 * `oci-archive:FILE`, `docker-archive:FILE[:NAME]` or `docker-daemon:NAME`. The first colon ends
 * the name of a directory or archive.
 *
 * @throws CnbError IMAGE_REFERENCE_INVALID.
 * @example `parseImageReference("debian:12") // registry docker.io, repository library/debian, tag 12`
 */
export function parseImageReference(text: string): ImageReference {
  const colon = text.indexOf(":");
  const rest = text.slice(colon + 1);
  switch (colon < 0 ? "" : text.slice(0, colon)) {
    case "oci":
      return layoutReference(text, rest);
    case "oci-archive":
      return { kind: "oci-archive", file: required(text, rest, "file") };
    case "docker-archive":
      return dockerArchiveReference(text, rest);
    case "docker-daemon":
      return { kind: "docker-daemon", name: daemonName(text, required(text, rest, "name")) };
    case "docker":
      // `docker:27` is the tag of an image called docker; only the slashes make it a transport.
      return registryReference(text, rest.startsWith("//") ? rest.slice(2) : text);
    default:
      return registryReference(text, text);
  }
}

/**
 * Formats a reference. {@link parseImageReference} parses the result to the same reference.
 *
 * @example `formatImageReference({ kind: "oci", dir: "dist/app" }) // "oci:dist/app"`
 */
export function formatImageReference(reference: ImageReference): string {
  switch (reference.kind) {
    case "registry": {
      const { registry, repository, tag, digest } = reference;
      return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
    }
    case "oci":
      return `oci:${reference.dir}${reference.tag === undefined ? "" : `:${reference.tag}`}`;
    case "oci-archive":
      return `oci-archive:${reference.file}`;
    case "docker-archive":
      return `docker-archive:${reference.file}${reference.name === undefined ? "" : `:${reference.name}`}`;
    case "docker-daemon":
      return `docker-daemon:${reference.name}`;
  }
}

function layoutReference(text: string, rest: string): ImageReference {
  const [dir, tag] = splitAtColon(rest);
  required(text, dir, "directory");
  return tag === undefined
    ? { kind: "oci", dir }
    : { kind: "oci", dir, tag: required(text, tag, "tag after the colon") };
}

function dockerArchiveReference(text: string, rest: string): ImageReference {
  const [file, name] = splitAtColon(rest);
  required(text, file, "file");
  return name === undefined
    ? { kind: "docker-archive", file }
    : { kind: "docker-archive", file, name: required(text, name, "name after the colon") };
}

function splitAtColon(text: string): readonly [string, string | undefined] {
  const colon = text.indexOf(":");
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** A name as registries have it, or the ID of an image, of which engines take the beginning, too. */
function daemonName(text: string, name: string): string {
  if (!/^(?:sha256:[0-9a-f]{64}|[0-9a-f]{12,64})$/.test(name)) registryReference(text, name);
  return name;
}

function required(text: string, value: string, what: string): string {
  if (value === "" || value.includes("\0")) throw invalid(text, `it has no ${what}`);
  return value;
}

function registryReference(text: string, name: string): ImageReference {
  const [named, digestText] = splitOnce(name, "@");
  const [path, tag] = splitTag(named);
  if (tag !== undefined && !tagPattern.test(tag)) throw invalid(text, `the tag ${JSON.stringify(tag)} is malformed`);
  const { registry, repository } = normalise(text, path);
  return {
    kind: "registry",
    registry,
    repository,
    ...defined({ tag, digest: digestText === undefined ? undefined : digestIn(text, digestText) }),
  };
}

/** Docker's rule: the text before the first slash is a host only if it looks like one. */
function normalise(text: string, path: string): { readonly registry: string; readonly repository: string } {
  const [first, rest] = splitOnce(path, "/");
  const hasHost = rest !== undefined && (/[.:]/.test(first) || first === "localhost" || /[A-Z]/.test(first));
  const host = hasHost ? first : "docker.io";
  const registry = host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
  const given = hasHost ? rest : path;
  const repository = registry === "docker.io" && !given.includes("/") ? `library/${given}` : given;
  if (!registryPattern.test(registry)) throw invalid(text, `the registry ${JSON.stringify(registry)} is malformed`);
  if (repository.length > 255 || !repository.split("/").every((component) => componentPattern.test(component)))
    throw invalid(text, `the repository ${JSON.stringify(given)} is malformed`);
  return { registry, repository };
}

function splitTag(named: string): readonly [string, string | undefined] {
  const colon = named.lastIndexOf(":");
  // A colon before the last slash belongs to a port.
  return colon < 0 || colon < named.lastIndexOf("/")
    ? [named, undefined]
    : [named.slice(0, colon), named.slice(colon + 1)];
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function digestIn(text: string, digest: string): Digest {
  try {
    return parseDigest(digest);
  } catch (error) {
    throw invalid(text, "the digest is malformed", error);
  }
}

function invalid(text: string, why: string, cause?: unknown): CnbError {
  const path = /^[./~]/.test(text);
  return new CnbError("IMAGE_REFERENCE_INVALID", `${JSON.stringify(text)} is not a valid image name: ${why}`, {
    hint: path
      ? `For a directory write oci:${text}, for an archive oci-archive:${text} or docker-archive:${text}.`
      : "Write REGISTRY/REPOSITORY:TAG, oci:DIR, oci-archive:FILE, docker-archive:FILE or docker-daemon:NAME.",
    ...defined({ cause }),
  });
}
