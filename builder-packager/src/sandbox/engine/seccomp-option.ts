import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../../cache-dirs.ts";
import { CnbError } from "../../errors.ts";
import type { Engine } from "../../oci/daemon/engine.ts";
import { engineProfile } from "../seccomp/engine-profile.ts";

/** An engine's description of itself. */
export interface EngineFacts {
  /** The security options in `/info`. */
  readonly securityOptions: readonly string[];
  /** The components in `/version`; podman also implements Docker's API. */
  readonly components: readonly string[];
}

/**
 * The security option that puts the sandbox's filter in place of the engine's default. Docker takes a profile as text, podman the
 * path of one. Undefined on architectures that the filter is not for, where the engine's default is in force.
 * Throws SANDBOX_FAILED if the engine has no seccomp.
 */
export function seccompOption(
  engine: Pick<Engine, "where">,
  { securityOptions, components }: EngineFacts,
  env: NodeJS.ProcessEnv,
  architecture: string = process.arch,
): string | undefined {
  if (!securityOptions.some((option) => option.startsWith("name=seccomp"))) throw noSeccomp(engine.where);
  if (architecture !== "x64" && architecture !== "arm64") return undefined;
  const profile = JSON.stringify(engineProfile(architecture === "x64" ? "amd64" : "arm64"));
  const isPodman = components.some((name) => /podman/i.test(name));
  return `seccomp=${isPodman ? profileFile(profile, env) : profile}`;
}

const noSeccomp = (where: string): CnbError =>
  new CnbError("SANDBOX_FAILED", `The engine at ${where} has no seccomp, so containers could use any system call`, {
    hint: "Use an engine and a kernel with seccomp, or another --backend.",
  });

/** In the cache, which an engine in a virtual machine sees, too. */
function profileFile(profile: string, env: NodeJS.ProcessEnv): string {
  const dir = cacheDir(env, "engine");
  const file = join(dir, `seccomp-${createHash("sha256").update(profile).digest("hex").slice(0, 16)}.json`);
  const draft = `${file}.${process.pid}`;
  mkdirSync(dir, { recursive: true });
  writeFileSync(draft, profile);
  renameSync(draft, file);
  return file;
}
