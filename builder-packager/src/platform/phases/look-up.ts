import { nameOf } from "libcnb/internal";
import type { GroupElement } from "libcnb/lifecycle-rules";
import { CnbError } from "../../errors.ts";
import { type BuildpackDescriptor, decodeDescriptor } from "../formats/descriptor.ts";
import { decodeExtensionDescriptor } from "../formats/extension-descriptor.ts";
import { ofBuilder } from "../formats/order-toml.ts";
import { memberDir } from "../paths.ts";
import type { BuildEnvironment } from "../rootfs/build-environment.ts";
import type { SandboxFiles } from "../rootfs/sandbox-files.ts";

/**
 * Returns the descriptor of a buildpack or extension in the builder. Each descriptor is read only
 * once.
 */
export type LookUp = (element: GroupElement) => Promise<BuildpackDescriptor>;

/**
 * Creates a function that reads the descriptors of group members below `/cnb/buildpacks` and
 * `/cnb/extensions`. Throws BUILDER_INVALID, BUILDPACK_API_UNSUPPORTED.
 */
export function buildpackLookUp({ files, builder }: BuildEnvironment): LookUp {
  const known = new Map<string, Promise<BuildpackDescriptor>>();
  const read = async (element: GroupElement): Promise<BuildpackDescriptor> => {
    const what = `${element.extension ? "extension" : "buildpack"} ${nameOf(element)}`;
    const descriptor = await ofBuilder(what, async () =>
      element.extension ? readExtension(files, element) : readBuildpack(files, element),
    );
    if (descriptor === undefined)
      throw new CnbError("BUILDER_INVALID", `the builder does not contain ${what}, which the builder's order lists`, {
        hint: "Use another builder with --builder, or report this to the builder's author.",
      });
    if (builder.buildpackApis.includes(descriptor.api)) return descriptor;
    throw new CnbError(
      "BUILDPACK_API_UNSUPPORTED",
      `${what} needs Buildpack API ${descriptor.api}, but the builder's lifecycle supports only ${builder.buildpackApis.join(", ")}`,
      { hint: "Use a builder with another version of the lifecycle, or another version of the buildpack." },
    );
  };
  return (element) => {
    const key = `${element.extension ? "extension " : ""}${nameOf(element)}`;
    const found = known.get(key) ?? read(element);
    known.set(key, found);
    return found;
  };
}

async function readBuildpack(files: SandboxFiles, element: GroupElement): Promise<BuildpackDescriptor | undefined> {
  const dir = memberDir(element);
  const text = await files.readText(`${dir}/buildpack.toml`);
  if (text === undefined) return undefined;
  const hasBuild = (await files.find(`${dir}/bin/build`)) !== undefined;
  return decodeDescriptor(text, { file: `${dir}/buildpack.toml`, hasBuild });
}

async function readExtension(files: SandboxFiles, element: GroupElement): Promise<BuildpackDescriptor | undefined> {
  const dir = memberDir(element);
  const text = await files.readText(`${dir}/extension.toml`);
  if (text === undefined) return undefined;
  const programs = await Promise.all(["detect", "generate"].map((name) => files.find(`${dir}/bin/${name}`)));
  const hasPrograms = programs.some((program) => program !== undefined);
  return decodeExtensionDescriptor(text, { file: `${dir}/extension.toml`, hasPrograms });
}
