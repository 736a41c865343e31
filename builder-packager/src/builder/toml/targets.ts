import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { formatPlatform } from "../../oci/model/image-platform.ts";
import type { BuilderTarget, BuilderToml } from "./builder-toml.ts";

/**
 * Parses a target in the form of pack's flag: `linux/arm64`, `linux/arm/v7` or
 * `linux/amd64:debian@12;ubuntu@24.04`.
 *
 * @throws CnbError ARGUMENT_INVALID
 * @example `parseBuilderTarget("linux/amd64:debian@12").distros // [{ name: "debian", version: "12" }]`
 */
export function parseBuilderTarget(text: string): BuilderTarget {
  const [platform = "", distros, ...rest] = text.split(":");
  const [os = "", architecture, variant, ...more] = platform.split("/");
  if (os !== "linux" || !architecture || variant === "" || more.length > 0 || rest.length > 0)
    throw invalidTarget(text, "it does not have the form linux/ARCH[/VARIANT][:DISTRIBUTION@VERSION;…]");
  return {
    os,
    architecture,
    ...defined({ variant: variant || undefined }),
    distros: distros === undefined ? [] : distros.split(";").map((distro) => parseDistro(distro, text)),
  };
}

function parseDistro(text: string, target: string): BuilderTarget["distros"][number] {
  const [name = "", version, ...rest] = text.split("@");
  if (name === "" || version === "" || rest.length > 0)
    throw invalidTarget(target, `${JSON.stringify(text)} is not DISTRIBUTION@VERSION`);
  return { name, ...defined({ version: version || undefined }) };
}

const invalidTarget = (text: string, why: string): CnbError =>
  new CnbError("ARGUMENT_INVALID", `--target ${JSON.stringify(text)} is not valid: ${why}`, {
    hint: "Write for example --target linux/amd64.",
  });

/**
 * Chooses the targets of a builder: the requested targets, or else the targets in builder.toml. If
 * there are none, the builder has the platform of the build image.
 *
 * @throws CnbError ARGUMENT_INVALID when a target is requested twice
 */
export function chooseTargets({ targets }: BuilderToml, asked: readonly BuilderTarget[]): readonly BuilderTarget[] {
  const names = asked.map(formatPlatform);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new CnbError("ARGUMENT_INVALID", `--target ${twice} is given twice`, {
      hint: 'A builder has one image per platform. List several distributions in one flag: --target "linux/amd64:debian@12;ubuntu@24.04".',
    });
  return asked.length > 0 ? asked : targets;
}
