import { type BuildpackToml, type DeclaredTarget, matchesTarget } from "libcnb/spec";
import { hostArchitecture } from "../compile/executable/node-release.ts";
import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { formatPlatform } from "../oci/model/image-platform.ts";
import type { Platform } from "../oci/model/spec.ts";
import { isSource, moduleKey } from "./module.ts";
import type { PackageTarget } from "./package-toml.ts";
import type { Collection } from "./sources/collect.ts";
import { hasPlatformFolder, type TargetFolders } from "./sources/platform-folder.ts";

/**
 * Parses a target in pack's form `os/arch[/variant][:distribution@version;…]`. Returns one target
 * for each distribution, because each distribution may have its own directory in a prebuilt
 * buildpack.
 *
 * @throws CnbError TARGET_UNSUPPORTED
 */
export function parseTarget(text: string): TargetFolders[] {
  const [platform = "", distros, ...more] = text.split(":");
  const [os = "", arch = "", variant, ...rest] = platform.split("/");
  const parsed = (distros?.split(";") ?? []).map((each) => /^([^@]+)(?:@([^@]+))?$/.exec(each));
  if (os === "" || arch === "" || variant === "" || rest.length + more.length > 0 || parsed.includes(null)) {
    throw new CnbError("TARGET_UNSUPPORTED", `"${text}" is not a valid target platform`, {
      hint: "Write OS/ARCH, for example linux/amd64.",
    });
  }
  const named = parsed.map((match) => ({ name: match?.[1] ?? "", version: match?.[2] }));
  return expanded({ os, arch, variant, distros: named });
}

function expanded({ os, arch, variant, distros = [] }: PackageTarget): TargetFolders[] {
  const platform = { os, architecture: arch, ...defined({ variant }) };
  if (distros.length === 0) return [platform];
  // pack's place for the distribution in an image
  return distros.map((distro) => ({ ...platform, ...defined({ "os.version": distro.version || undefined }), distro }));
}

/** The targets that {@link chooseTargets} has chosen. */
export interface Choice {
  readonly targets: readonly TargetFolders[];
  /** True if no target was requested, so that the target is that of this machine. */
  readonly isGuess: boolean;
}

/**
 * Chooses the targets: the requested targets, or else those of package.toml, or else those of the
 * buildpack itself, or else Linux on this machine's architecture. The buildpack.toml of a composite
 * buildpack does not contain targets.
 *
 * @throws CnbError TARGET_UNSUPPORTED
 */
export async function chooseTargets(
  asked: readonly string[],
  named: readonly PackageTarget[],
  main: { readonly dir: string; readonly descriptor: BuildpackToml },
): Promise<Choice> {
  const wanted = asked.length > 0 ? asked.flatMap(parseTarget) : named.flatMap(expanded);
  if (wanted.length > 0) return { targets: distinct(wanted), isGuess: false };
  const { targets } = main.descriptor;
  const declared = (await Promise.all(targets.map((target) => declaredTarget(target, main.dir)))).flat();
  if (declared.length > 0) return { targets: distinct(declared), isGuess: false };
  // what is for Windows alone is refused for this machine
  return { targets: [{ os: "linux", architecture: hostArchitecture() ?? "amd64" }], isGuess: true };
}

async function declaredTarget({ os = "linux", arch, variant, distros }: DeclaredTarget, dir: string) {
  if (os === "windows") return [];
  const target = { os, arch: arch || (hostArchitecture() ?? "amd64"), variant };
  const all = expanded({ ...target, distros });
  const apart = await Promise.all(all.map((each) => hasPlatformFolder(dir, each)));
  // the same files serve all distributions
  return apart.includes(true) ? all : expanded(target);
}

function distinct(targets: readonly TargetFolders[]): TargetFolders[] {
  const key = (target: TargetFolders) => `${formatPlatform(target)} ${target["os.version"] ?? ""}`;
  return [...new Map(targets.toReversed().map((target) => [key(target), target])).values()].toReversed();
}

/**
 * Returns the Linux targets in buildpack.toml if some of them are not chosen, for a hint. Returns
 * an empty list if all are chosen. An author who lists two targets expects two packages.
 */
export function targetsToChoose(chosen: readonly Platform[], modules: Collection["modules"]): readonly string[] {
  const declared = modules.filter(isSource).flatMap(({ descriptor }) => descriptor.targets);
  const named = declared.flatMap(({ os, arch }) => (os === "linux" && arch !== undefined ? [`${os}/${arch}`] : []));
  const made = chosen.map(({ os, architecture }) => `${os}/${architecture}`);
  return named.every((name) => made.includes(name)) ? [] : [...new Set(named)].sort();
}

/**
 * Refuses a platform that the descriptor of a module to package does not support.
 *
 * @throws CnbError TARGET_UNSUPPORTED
 */
export function refuseUnsupported({ os, architecture, variant }: Platform, modules: Collection["modules"]): void {
  const target = { os, arch: architecture, ...defined({ variant }) };
  for (const module of modules) {
    const targets = isSource(module) ? module.descriptor.targets : [];
    const admitted = targets.map(({ distros: _any, ...declared }) => declared);
    if (admitted.length === 0 || admitted.some((declared) => matchesTarget(declared, target))) continue;
    const listed = admitted.map(({ os: o = "*", arch = "*", variant: v }) => [o, arch, ...(v ? [v] : [])].join("/"));
    throw new CnbError(
      "TARGET_UNSUPPORTED",
      `${moduleKey(module)} does not support ${formatPlatform({ os, architecture, ...defined({ variant }) })}, only ${listed.join(", ")}`,
      { hint: `Choose another --target, or add this target to [[targets]] in ${module.kind}.toml.` },
    );
  }
}

/** Returns the suffix of an output for one of several platforms: `linux-arm64`. */
export const targetSuffix = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, ...(variant === undefined ? [] : [variant])].join("-");
