import type { App, Env, Logger, Target } from "libcnb";
import { type Inventory, type Release, releasesFor } from "./inventory.ts";
import { enginesNode } from "./package-json.ts";
import { chosenDistribution } from "./source.ts";
import { chooseRelease, loserSentences, type VersionRequest, versionRequests, winnerSentence } from "./version.ts";

/** Where the wishes come from and who is told about the choice. */
interface Asked {
  readonly app: App;
  readonly env: Env;
  readonly log: Logger;
  readonly target: Target;
}

/** Chooses the release to install and logs why. */
export async function choose(
  { app, env, log, target }: Asked,
  inventory: Inventory,
  plan: readonly VersionRequest[],
): Promise<Release> {
  const requests = versionRequests({
    environment: env.BP_NODE_VERSION,
    engines: await enginesNode(app),
    plan,
    fallback: inventory["default-version"],
  });
  const releases = releasesFor(inventory, chosenDistribution(env), target.arch);
  const release = chooseRelease(releases, requests[0], `${target.os}/${target.arch}`);
  log.step(winnerSentence(release, requests[0]));
  for (const sentence of loserSentences(requests)) log.info(sentence);
  return release;
}
