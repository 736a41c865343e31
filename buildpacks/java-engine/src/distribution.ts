import { type Inventory, LibcnbError, UserError } from "libcnb";
import type { JavaRequest } from "./files/candidate.ts";
import { type Distribution, idOf, type Kind } from "./release-id.ts";

/** The default distribution. */
const usual: Distribution = "liberica";
const all: readonly Distribution[] = ["liberica", "temurin", "zulu"];

/** The requested distribution of OpenJDK, and the source of the request. */
interface DistributionRequest {
  readonly distribution: Distribution;
  /** The source; `undefined` if not requested. */
  readonly source?: string | undefined;
  /** The value as written. */
  readonly value?: string | undefined;
}

/** The user's setting takes precedence over the file that determines the version. */
function requestOf(setting: Distribution | undefined, [winner]: readonly JavaRequest[]): DistributionRequest {
  if (setting !== undefined) return { distribution: setting, source: "BP_JVM_DISTRIBUTION", value: setting };
  if (winner?.distribution === undefined) return { distribution: usual };
  const { distribution, source, vendor = distribution } = winner;
  return { distribution, source, value: vendor };
}

/**
 * Determines the requested distribution of OpenJDK.
 *
 * @throws UserError JAVA_DISTRIBUTION_UNAVAILABLE if the requested distribution is not in the
 * inventory
 */
export async function distributionFor(
  kinds: readonly Kind[],
  setting: Distribution | undefined,
  requests: readonly JavaRequest[],
  inventory: Inventory,
): Promise<Distribution> {
  const jreRequest = requestOf(setting, requests);
  for (const kind of jreRequest.source === undefined ? [] : kinds) {
    const there = await distributionsOf(kind, inventory);
    if (there.length > 0 && !there.includes(jreRequest.distribution)) throw unavailable(jreRequest, kind, there);
  }
  return jreRequest.distribution;
}

const unavailable = ({ source, value }: DistributionRequest, kind: Kind, there: readonly Distribution[]) =>
  new UserError(
    "JAVA_DISTRIBUTION_UNAVAILABLE",
    `${source} requests the distribution ${JSON.stringify(value)}, which has no ${kind.toUpperCase()} in buildpack.toml`,
    {
      cause: `available distributions: ${there.join(", ")}`,
      hint: `Set BP_JVM_DISTRIBUTION to an available distribution, such as ${there[0]}. The variable takes precedence over the version files of the app.`,
    },
  );

async function distributionsOf(kind: Kind, inventory: Inventory): Promise<readonly Distribution[]> {
  const found: Distribution[] = [];
  for (const distribution of all)
    if (await isPresent(inventory, idOf({ distribution, kind }))) found.push(distribution);
  return found;
}

const isPresent = (inventory: Inventory, id: string): Promise<boolean> =>
  inventory.all(id).then(
    () => true,
    (error: unknown) => {
      if (error instanceof LibcnbError && error.code === "DEPENDENCY_UNKNOWN") return false;
      throw error;
    },
  );

/**
 * Returns the log message about an unavailable distribution, such as `amzn` or `open` in
 * `.sdkmanrc`. Returns `undefined` if the requested distribution is available. The distribution in
 * such a request is ignored, but the requested version is used.
 */
export function vendorSentence([winner]: readonly JavaRequest[]): string | undefined {
  if (winner?.vendor === undefined || winner.distribution !== undefined) return undefined;
  return `the distribution ${JSON.stringify(winner.vendor)} from ${winner.source} is ignored; available distributions: ${all.join(", ")}`;
}
