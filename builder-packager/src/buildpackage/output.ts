import { extname, join, resolve } from "node:path";
import { CnbError } from "../errors.ts";
import { formatImageReference, type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import type { Platform } from "../oci/model/spec.ts";
import { targetSuffix } from "./target.ts";

/**
 * The form of a packaged buildpack: an `image` in a registry, a `.cnb` file, or a directory (`dir`)
 * with an OCI layout.
 */
export type PackageFormat = "image" | "file" | "dir";

/** The destination of a packaged buildpack: a `.cnb` file or an image reference. */
export type PackageOutput =
  | { readonly kind: "cnb"; readonly file: string }
  | { readonly kind: "image"; readonly reference: ImageReference };

/**
 * Validates the value of `--format`. Returns undefined if the value is undefined.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function parseFormat(text: string | undefined): PackageFormat | undefined {
  if (text === undefined || text === "image" || text === "file" || text === "dir") return text;
  throw new CnbError("ARGUMENT_INVALID", `--format ${text} is unknown`, {
    hint: "Use --format image, --format file or --format dir.",
  });
}

/**
 * Parses the value of `--output`: `NAME.cnb`, `oci:DIR` and other image names. With `--format file`
 * or `--format dir`, the value is a path.
 */
export function parseOutput(text: string, format: PackageFormat | undefined): PackageOutput {
  const isPath = !/^(oci|oci-archive|docker|docker-archive|docker-daemon):/.test(text);
  if (format === "file" || (format === undefined && isPath && text.endsWith(".cnb"))) {
    return { kind: "cnb", file: extname(text) === ".cnb" ? text : `${text}.cnb` };
  }
  if (format === "dir" && !text.startsWith("oci:")) return { kind: "image", reference: { kind: "oci", dir: text } };
  return { kind: "image", reference: parseImageReference(text) };
}

/**
 * Returns the default output: `<dir>/dist/<last part of the id>.cnb`, or a directory without the
 * suffix for the format `dir`.
 *
 * @throws CnbError ARGUMENT_INVALID for the format `image`, which has no default name
 */
export function defaultOutput(dir: string, id: string, format: PackageFormat | undefined): PackageOutput {
  const name = join(dir, "dist", id.slice(id.lastIndexOf("/") + 1));
  if (format === "image") {
    throw new CnbError("ARGUMENT_INVALID", "--format image needs the name of the image, but --output is missing", {
      hint: "Add --output REGISTRY/REPOSITORY:TAG, for example --output registry.example.com/buildpacks/shop:1.0.0.",
    });
  }
  return format === "dir"
    ? { kind: "image", reference: { kind: "oci", dir: name } }
    : { kind: "cnb", file: `${name}.cnb` };
}

/** Converts the paths of an output to absolute paths. Relative paths are below `cwd`. */
export function resolveOutput(output: PackageOutput, cwd: string): PackageOutput {
  if (output.kind === "cnb") return { kind: "cnb", file: resolve(cwd, output.file) };
  const { reference } = output;
  if (reference.kind === "oci") return { kind: "image", reference: { ...reference, dir: resolve(cwd, reference.dir) } };
  if ("file" in reference) return { kind: "image", reference: { ...reference, file: resolve(cwd, reference.file) } };
  return output;
}

/**
 * Returns the output for one of several platforms, whose name contains the platform, as in pack:
 * `example.com/nodejs:1.0-linux-arm64`.
 */
export function outputFor(output: PackageOutput, platform: Platform): PackageOutput {
  if (output.kind === "cnb" || output.reference.kind !== "registry") return output;
  const { reference } = output;
  return { kind: "image", reference: { ...reference, tag: `${reference.tag ?? "latest"}-${targetSuffix(platform)}` } };
}

/** Formats an output as a location for builder.toml. */
export const formatOutput = (output: PackageOutput): string =>
  output.kind === "cnb" ? output.file : formatImageReference(output.reference);
