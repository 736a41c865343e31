import * as v from "valibot";
import { jsonLabel } from "../config/json-label.ts";
import type { ModuleKind } from "../config/module-descriptor.ts";
import { moduleLayersOf } from "../config/module-labels.ts";
import { CnbError } from "../errors.ts";
import { formatImageReference } from "../oci/model/reference.ts";
import type { Builder } from "../platform/images/builder.ts";
import { object } from "../schema.ts";

/** The versions of a builder's buildpacks, by buildpack ID. */
export type KnownBuildpacks = ReadonlyMap<string, readonly string[]>;

const modules = v.optional(v.nullable(v.array(object({ id: v.string(), version: v.string() }))));
const metadataSchema = object({ buildpacks: modules, extensions: modules });

/** Returns the buildpacks or extensions that a builder's labels list. */
export function buildpacksOf({ image, reference }: Builder, kind: ModuleKind = "buildpack"): KnownBuildpacks {
  const where = formatImageReference(reference);
  const metadata = v.safeParse(metadataSchema, jsonLabel(image, "io.buildpacks.builder.metadata", where));
  const described = metadata.success ? (metadata.output[`${kind}s`] ?? []) : [];
  const layered = Object.entries(moduleLayersOf(image, kind, where)).flatMap(([id, versions]) =>
    Object.keys(versions).map((version) => ({ id, version })),
  );
  const ids = Map.groupBy([...described, ...layered], ({ id }) => id);
  return new Map([...ids].map(([id, list]) => [id, [...new Set(list.map(({ version }) => version))]]));
}

/** True if a builder has `id` or `id@version`. */
export function isKnown(text: string, known: KnownBuildpacks): boolean {
  const { id, version } = idAndVersion(text);
  const versions = known.get(id) ?? [];
  return version === undefined ? versions.length > 0 : versions.includes(version);
}

/** Finds the builder's buildpack for `id` or `id@version`. Throws ARGUMENT_INVALID. */
export function knownBuildpack(
  text: string,
  known: KnownBuildpacks,
  where: string,
): { readonly id: string; readonly version: string } {
  const { id, version } = idAndVersion(text);
  const versions = known.get(id) ?? [];
  const [only, ...others] = versions;
  if (version !== undefined && versions.includes(version)) return { id, version };
  if (version === undefined && only !== undefined && others.length === 0) return { id, version: only };
  throw unknown(text, id, versions, known, where);
}

function idAndVersion(text: string): { readonly id: string; readonly version: string | undefined } {
  const at = text.lastIndexOf("@");
  return at < 0 ? { id: text, version: undefined } : { id: text.slice(0, at), version: text.slice(at + 1) };
}

function unknown(
  text: string,
  id: string,
  versions: readonly string[],
  known: KnownBuildpacks,
  where: string,
): CnbError {
  if (versions.length > 0) {
    const message = `${where}: the builder has ${id} in version ${versions.join(" and ")}`;
    const isWithoutVersion = text === id;
    return new CnbError(
      "ARGUMENT_INVALID",
      isWithoutVersion ? `${message}, and ${text} does not name one of these versions` : `${message}, but not ${text}`,
      {
        hint: `Write ${id}@${versions[0]}.`,
      },
    );
  }
  return new CnbError("ARGUMENT_INVALID", `${where}: the builder contains no buildpack ${text}`, {
    hint:
      known.size > 0
        ? `Use a buildpack of the builder: ${[...known.keys()].join(", ")}.`
        : "Use another builder: this one contains no buildpacks.",
  });
}
