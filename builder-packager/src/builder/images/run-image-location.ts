import { dirname, resolve } from "node:path";
import { formatImageReference, type ImageReference } from "../../oci/model/reference.ts";
import { layoutName } from "../../oci/source/layout.ts";
import { layoutsIn } from "../../oci/source/layouts-in.ts";
import { imageReferenceIn } from "../modules/module-uri.ts";
import type { BuilderToml } from "../toml/builder-toml.ts";

/**
 * Warns about run images in OCI layouts that a later build with the builder will not find. A
 * builder records the names of run images but no paths, so a build searches for layouts next to the
 * builder, and in registries.
 *
 * @param dir the directory of builder.toml
 * @param output the destination of the builder
 * @example `await runImageWarnings(config, "/work", { kind: "oci", dir: "out/builder" })`
 */
export async function runImageWarnings(
  { runImages }: Pick<BuilderToml, "runImages">,
  dir: string,
  output: ImageReference,
): Promise<string[]> {
  const nextTo = output.kind === "oci" ? await layoutsIn(dirname(resolve(output.dir))) : [];
  const warnings = runImages.map(async ({ image }) => {
    const reference = imageReferenceIn(dir, image);
    if (reference.kind !== "oci") return [];
    const name = reference.tag ?? (await layoutName(reference.dir));
    return nextTo.some((layout) => layout.name === name) ? [] : [warning(reference, name, output)];
  });
  return (await Promise.all(warnings)).flat();
}

function warning(run: ImageReference & { kind: "oci" }, name: string | undefined, output: ImageReference): string {
  const location = formatImageReference({ kind: "oci", dir: run.dir });
  return `The run image is not next to ${formatImageReference(output)}: cnb build will look for ${name} in a registry, unless you pass --run-image ${location}`;
}
