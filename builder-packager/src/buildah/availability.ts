import { readHostFacts } from "../sandbox/backends/host-facts.ts";
import { inNamespaces } from "./command.ts";
import { runCommand } from "./run-command.ts";

/** The version of buildah if it can run on this machine, or else the reason why it cannot. */
export type Availability =
  | { readonly version: string }
  | { readonly reason: string; readonly advice: string | undefined };

/** Runs buildah in the same namespaces as later builds, to check that it works. Never throws. */
export async function buildahAvailability(): Promise<Availability> {
  if (process.platform !== "linux") return { reason: "only on Linux", advice: undefined };
  const host = readHostFacts(process.env);
  const asRoot = process.getuid?.() === 0;
  const missing = ["setpriv", "unshare"].filter((name) => host.tools[name] === undefined);
  if (missing.length > 0)
    return { reason: `${missing.join(", ")}: not installed`, advice: "Install the package util-linux." };
  const buildah = host.tools["buildah"];
  if (buildah === undefined) return { reason: "buildah: not installed", advice: installAdvice };
  try {
    const apart = { asRoot, network: true, locations: [], cwd: "/", env: { HOME: "/" } };
    const { exitCode, stdout, last } = await runCommand(inNamespaces([buildah, "--version"], apart, host), {
      cwd: "/",
    });
    if (exitCode === 0) return { version: /\d+\.\d+(\.\d+)*/.exec(stdout)?.[0] ?? "unknown" };
    return refusal(last.trim().split("\n")[0] ?? "", asRoot);
  } catch (error) {
    return refusal((error as Error).message, asRoot);
  }
}

const installAdvice = "Install the package buildah, for an ordinary user also uidmap.";

const refusal = (reason: string, asRoot: boolean): Availability => ({
  reason,
  advice: asRoot ? undefined : userAdvice,
});

const userAdvice =
  "Install the package uidmap, give yourself subordinate ids (sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER), and check that user namespaces are allowed.";
