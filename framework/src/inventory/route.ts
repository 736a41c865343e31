import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Binding, Bindings } from "../binding/binding.ts";
import { LibcnbError } from "../errors.ts";
import type { Checksum } from "../host/downloads/checksum.ts";
import { type Mapping, mappedAddress } from "./mapping.ts";
import { type Mirrors, mirrored, mirrorsOf } from "./mirror.ts";

/** The settings that may change the location of a file to download. */
export interface RouteHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly bindings: Pick<Bindings, "filter">;
  readonly buildpackDir: string;
}

/** The location from which a file is downloaded, and the source that determines it. */
export interface Route {
  readonly url: URL;
  /** The reason for a location other than the official one. */
  readonly by: "mapping" | "mirror" | undefined;
}

/**
 * Chooses the location of a file to download: the URL to which a binding maps the checksum, or else
 * a mirror, or else the official location.
 *
 * @throws LibcnbError MIRROR_INVALID, BINDING_INVALID, BINDING_AMBIGUOUS
 */
export async function routeOf(url: URL, checksum: Checksum | undefined, host: RouteHost): Promise<Route> {
  const mappings = await entriesOf(host.bindings, "dependency-mapping");
  const mapped = checksum && mappedAddress(checksum, mappings);
  if (mapped) return { url: mapped, by: "mapping" };
  if (url.protocol === "npm:") return { url, by: undefined }; // the user's registry is the mirror
  if (url.protocol === "file:") return { url: inBuildpack(url, host.buildpackDir), by: undefined };
  const mirrors = mirrorsOf(host.env, await entriesOf(host.bindings, "dependency-mirror"));
  const mirror = url.protocol === "pypi:" ? mirroredWheel(url, mirrors) : mirrored(url, mirrors);
  return mirror === undefined ? { url, by: undefined } : { url: mirror, by: "mirror" };
}

/** A mirror of all hosts is not used for wheels, because pip has its own index. */
const mirroredWheel = (url: URL, mirrors: Mirrors): URL | undefined =>
  mirrors.has("pypi") ? mirrored(new URL(`https://pypi/${url.pathname}`), mirrors) : undefined;

/** Resolves `file:///dependencies/…`, as in offline packages, below the buildpack. */
function inBuildpack(url: URL, buildpackDir: string): URL {
  return url.pathname.startsWith("/dependencies/") ? pathToFileURL(join(buildpackDir, fileURLToPath(url))) : url;
}

async function entriesOf(bindings: RouteHost["bindings"], type: string): Promise<readonly Mapping[]> {
  const entries = (await bindings.filter({ type })).flatMap((binding: Binding) =>
    binding.keys.map((key) => [key, binding.text(key)] as const),
  );
  const keys = entries.map(([key]) => key.toLowerCase());
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined) return entries;
  throw new LibcnbError("BINDING_AMBIGUOUS", `the bindings of the type ${type} have several entries called ${twice}`, {
    hint: `Remove all entries called ${twice} except one. Upper and lower case do not matter.`,
  });
}
