import { defined } from "./defined.ts";
import { ScaffoldError } from "./errors.ts";

/** One entry of `[[targets]]` in buildpack.toml. */
export interface Target {
  readonly os: string;
  readonly arch: string;
  readonly variant?: string;
  readonly distros: readonly { readonly name: string; readonly version?: string }[];
}

export const usualTargets: readonly Target[] = ["amd64", "arm64"].map((arch) => ({ os: "linux", arch, distros: [] }));

/**
 * Parses targets in the form of pack's `--targets`:
 * `OS/ARCH[/VARIANT][:DISTRO@VERSION[@VERSION…][;DISTRO…]]`, with commas between several targets.
 *
 * @throws ScaffoldError ARGUMENT_INVALID
 */
export const parseTargets = (texts: readonly string[]): Target[] =>
  texts.flatMap((text) => text.split(",")).map((text) => parseTarget(text.trim()));

const word = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

function parseTarget(text: string): Target {
  const [platform = "", ...rest] = text.split(":");
  const [os = "", arch = "", variant, ...more] = platform.split("/");
  const distros = rest.join(":").split(";").filter(Boolean).flatMap(parseDistro);
  const words = [os, arch, ...(variant === undefined ? [] : [variant]), ...distros.flatMap(Object.values<string>)];
  if (more.length > 0 || rest.length > 1 || !words.every((each) => word.test(each))) throw malformed(text);
  if (os !== "linux" || !["amd64", "arm64"].includes(arch)) throw unsupported(`${os}/${arch}`);
  return { os, arch, ...defined({ variant }), distros };
}

function parseDistro(text: string): { name: string; version?: string }[] {
  const [name = "", ...versions] = text.split("@");
  return versions.length === 0 ? [{ name }] : versions.map((version) => ({ name, version }));
}

const malformed = (text: string) =>
  new ScaffoldError("ARGUMENT_INVALID", `${JSON.stringify(text)} is not a valid target platform`, {
    hint: "Write OS/ARCH[/VARIANT][:DISTRO@VERSION], for example linux/amd64 or linux/arm64:debian@12.",
  });

const unsupported = (platform: string) =>
  new ScaffoldError("ARGUMENT_INVALID", `libcnb has no executables for ${platform}`, {
    hint: "Use linux/amd64, linux/arm64 or both.",
  });

/** Formats the `[[targets]]` of a buildpack.toml. */
export const targetsToml = (targets: readonly Target[]): string => targets.map(targetToml).join("\n");

function targetToml({ os, arch, variant, distros }: Target): string {
  const lines = [`os = "${os}"`, `arch = "${arch}"`, ...(variant === undefined ? [] : [`variant = "${variant}"`])];
  const nested = distros.map(({ name, version }) =>
    ["", "[[targets.distros]]", `name = "${name}"`, ...(version === undefined ? [] : [`version = "${version}"`])].join(
      "\n",
    ),
  );
  return `${["[[targets]]", ...lines, ...nested].join("\n")}\n`;
}
