import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../../cache-dirs.ts";
import { CnbError } from "../../errors.ts";
import type { Engine } from "../../oci/daemon/engine.ts";
import { engineProfile } from "../seccomp/engine-profile.ts";

/** The facts that a container engine reports about itself. */
export interface EngineFacts {
  /** The security options that the engine's API returns for `/info`. */
  readonly securityOptions: readonly string[];
  /**
   * The names of the components that the engine's API returns for `/version`. They distinguish
   * podman, which also implements Docker's API.
   */
  readonly components: readonly string[];
}

/**
 * Returns the security option that replaces the engine's default seccomp profile with the sandbox's
 * filter. Docker expects the text of a profile, and podman expects its path. Undefined on
 * architectures that the filter does not support, so that the engine's default applies. Throws
 * SANDBOX_FAILED if the engine has no seccomp.
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
  new CnbError(
    "SANDBOX_FAILED",
    `the container engine at ${where} has no seccomp, so containers could use any system call`,
    {
      hint: "Use an engine and a kernel with seccomp, or another --backend.",
    },
  );

/** Writes the profile to the cache, which an engine in a virtual machine can read as well. */
function profileFile(profile: string, env: NodeJS.ProcessEnv): string {
  const dir = cacheDir(env, "engine");
  const file = join(dir, `seccomp-${createHash("sha256").update(profile).digest("hex").slice(0, 16)}.json`);
  const draft = `${file}.${process.pid}`;
  mkdirSync(dir, { recursive: true });
  writeFileSync(draft, profile);
  renameSync(draft, file);
  return file;
}
