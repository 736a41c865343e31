import { matchesTarget } from "libcnb/spec";
import { hostArchitecture } from "../compile/node-release.ts";
import { CnbError } from "../errors.ts";
import type { Platform } from "../oci/spec.ts";
import type { Collection } from "./collect.ts";
import { isSource, moduleKey } from "./module.ts";

/**
 * `os/arch[/variant]`.
 *
 * @throws CnbError TARGET_UNSUPPORTED
 */
export function parseTarget(text: string): Platform {
  const [os = "", architecture = "", variant, ...rest] = text.split("/");
  if (os !== "" && architecture !== "" && variant !== "" && rest.length === 0) {
    return { os, architecture, ...(variant !== undefined && { variant }) };
  }
  throw new CnbError("TARGET_UNSUPPORTED", `"${text}" is not a target`, {
    hint: "Write OS/ARCH, for example linux/amd64.",
  });
}

/** What was asked for, else what package.toml names, else Linux on this machine's architecture. Checked against every buildpack.toml. */
export function chooseTargets(asked: readonly string[], { targets, modules }: Collection): [Platform, ...Platform[]] {
  const named = targets.map(({ os, arch, variant }) => ({
    os,
    architecture: arch,
    ...(variant !== undefined && { variant }),
  }));
  const [first, ...others] = asked.length > 0 ? asked.map(parseTarget) : named;
  const chosen: [Platform, ...Platform[]] = first
    ? [first, ...others]
    : [{ os: "linux", architecture: hostArchitecture() ?? "amd64" }];
  for (const platform of chosen) for (const module of modules) refuseUnsupported(platform, module);
  return chosen;
}

/** The Linux targets of all buildpack.toml, if there are more than were chosen: who wrote two of them expects two packages. */
export function targetsToChoose(
  chosen: readonly Platform[],
  { modules }: Pick<Collection, "modules">,
): readonly string[] {
  const declared = modules.filter(isSource).flatMap(({ descriptor }) => descriptor.targets);
  const named = declared.flatMap(({ os, arch }) => (os === "linux" && arch !== undefined ? [`${os}/${arch}`] : []));
  const made = chosen.map(({ os, architecture }) => `${os}/${architecture}`);
  return named.every((name) => made.includes(name)) ? [] : [...new Set(named)].sort();
}

function refuseUnsupported({ os, architecture, variant }: Platform, module: Collection["modules"][number]): void {
  const targets = isSource(module) ? module.descriptor.targets : [];
  const target = { os, arch: architecture, ...(variant !== undefined && { variant }) };
  const admitted = targets.map(({ distros: _any, ...declared }) => declared);
  if (admitted.length === 0 || admitted.some((declared) => matchesTarget(declared, target))) return;
  const listed = admitted.map(({ os: o = "*", arch = "*" }) => `${o}/${arch}`).join(", ");
  throw new CnbError(
    "TARGET_UNSUPPORTED",
    `${moduleKey(module)} does not support ${os}/${architecture}, only ${listed}`,
    {
      hint: "Choose another --target, or add it to [[targets]] in buildpack.toml.",
    },
  );
}

/** `linux-arm64`, for the names of several outputs. */
export const targetSuffix = ({ os, architecture, variant }: Platform): string =>
  [os, architecture, ...(variant === undefined ? [] : [variant])].join("-");
