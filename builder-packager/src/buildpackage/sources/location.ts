import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CnbError } from "../../errors.ts";
import { exists } from "../../files/exists.ts";
import { type ImageReference, parseImageReference } from "../../oci/model/reference.ts";

/** The location of a buildpack or a package, as parsed from a `uri`. */
export type Location =
  | { readonly kind: "neighbour"; readonly id: string }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "address"; readonly url: string }
  | { readonly kind: "image"; readonly reference: ImageReference };

/**
 * Returns the reason why a location of this form is not supported; undefined if it is supported.
 *
 * @example `refusedLocation("urn:cnb:builder:me/x") // "is a buildpack of a builder, …"`
 */
export function refusedLocation(text: string): string | undefined {
  if (text.trim() === "") return "is empty";
  if (/^(urn:cnb:builder|from=builder)(:|$)/.test(text))
    return "refers to a buildpack of a builder, but no builder is used for packaging; use the image, .cnb file or directory of the buildpack";
  if (text.startsWith("urn:cnb:registry"))
    return "refers to a buildpack registry, which cnb does not query; use the image that the registry lists: docker://REGISTRY/REPOSITORY@DIGEST";
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text) ?? [];
  if (scheme === undefined || ["file", "http", "https", "docker"].includes(scheme.toLowerCase())) return undefined;
  return `has the unsupported scheme ${scheme}; use file://, http://, https:// or docker://`;
}

/**
 * Parses a `uri` of package.toml: the forms that pack supports, `libcnb:<id>` for another buildpack
 * in the workspace, and all image names. Paths are relative to `dir`. An existing path takes
 * precedence over an image name, as in pack.
 *
 * @throws CnbError BUILDPACK_DEPENDENCY_UNKNOWN, IMAGE_REFERENCE_INVALID
 */
export async function parseLocation(text: string, dir: string): Promise<Location> {
  const refused = refusedLocation(text);
  if (refused !== undefined) throw unknown(`${JSON.stringify(text)} ${refused}`, "Correct package.toml.");
  if (text.startsWith("libcnb:")) return { kind: "neighbour", id: text.slice("libcnb:".length) };
  if (/^https?:\/\//i.test(text)) return { kind: "address", url: text };
  if (/^file:\/\//i.test(text)) return { kind: "path", path: pathOf(text) };
  const path = resolve(dir, text);
  if (await exists(path)) return { kind: "path", path };
  return { kind: "image", reference: imageOf(text, dir) };
}

function imageOf(text: string, dir: string): ImageReference {
  if (!/^(oci|oci-archive|docker-archive|docker-daemon|docker):/.test(text)) refuseOthers(text, dir);
  const reference = parseImageReference(text.replace(/^docker:\/+/, ""));
  if ("dir" in reference) return { ...reference, dir: resolve(dir, reference.dir) };
  return "file" in reference ? { ...reference, file: resolve(dir, reference.file) } : reference;
}

/** Refuses two plain words, which pack would look up in a buildpack registry, and missing paths. */
function refuseOthers(text: string, dir: string): void {
  if (/^[./~]|\.(cnb|tgz|tar|tar\.gz|zip)$/.test(text))
    throw unknown(
      `${resolve(dir, text)} does not exist`,
      "Correct the path in package.toml, which is relative to the directory of package.toml.",
    );
  if (/^[a-z0-9.-]+\/[a-z0-9.-]+(@\d+\.\d+\.\d+.*)?$/.test(text) && !/^[^/]*[.:]|^localhost\//.test(text))
    throw unknown(
      `${resolve(dir, text)} does not exist, and cnb does not look up ${text} in a buildpack registry, unlike pack`,
      `Correct the path. For an image on Docker Hub, write docker://${text.replace(/@.*$/, "")}.`,
    );
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new CnbError(
      "BUILDPACK_DEPENDENCY_UNKNOWN",
      `${JSON.stringify(url)} is not the URL of a file on this machine`,
      {
        cause,
        hint: "Write file:// and the absolute path, for example file:///srv/buildpack.cnb.",
      },
    );
  }
}

const unknown = (message: string, hint: string) => new CnbError("BUILDPACK_DEPENDENCY_UNKNOWN", message, { hint });
