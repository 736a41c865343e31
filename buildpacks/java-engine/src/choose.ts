import { onMirror as onMirrorOf } from "@libcnb/app-kit/release/mirror";
import { featureOf, parseJavaVersion } from "@libcnb/java-app/java-version";
import type { Inventory, Logger, Release, Target } from "libcnb";
import { overruledRequestText, unsetVersionWarning } from "libcnb/kit";
import type { Settings } from "./contract.ts";
import { distributionFor, vendorSentence } from "./distribution.ts";
import type { JavaRequest } from "./files/candidate.ts";
import { type Distribution, idOf, type Kind } from "./release-id.ts";

/**
 * The inputs for choosing a release: the available releases, the target, the settings, and the log.
 */
export interface ReleaseOffer {
  readonly inventory: Inventory;
  readonly target: Target;
  readonly config: Pick<Settings, "BP_JVM_DISTRIBUTION" | "BP_JVM_MIRROR">;
  readonly log: Logger;
}

/** The chosen releases: a JDK, a JRE, or both. */
export type ChosenReleases = Readonly<Partial<Record<Kind, Release>>>;

/**
 * The release line that is used without a request. Most frameworks support it, and it has long-term
 * support.
 */
const usualLine = 21;

/** Lines of Java with long support are four apart. */
const nextUsualLine = usualLine + 4;

/** Four numbers, as some versions of Java have, are versions of Python, too. */
const scheme = "pep440";

/**
 * Chooses the releases of Java and logs the reason. The first request takes precedence. Requests
 * that are not followed are logged. Without requests, the default release line is used.
 *
 * @param kinds the kinds to install. The first kind determines the version of the second kind
 * @throws UserError JAVA_DISTRIBUTION_UNAVAILABLE, JAVA_MIRROR_INVALID
 */
export async function chooseJava(
  requests: readonly JavaRequest[],
  kinds: readonly Kind[],
  offered: ReleaseOffer,
): Promise<ChosenReleases> {
  const { config, inventory, log } = offered;
  const [first, second] = kinds;
  if (first === undefined) return {};
  const distribution = await distributionFor(kinds, config.BP_JVM_DISTRIBUTION, requests, inventory);
  const java = await chooseFirst(requests, idOf({ distribution, kind: first }), offered);
  if (requests.length === 0) log.warn(unset(java));
  for (const line of await otherRequests(requests, java, config)) log.info(line);
  const found = { [first]: onMirror(java, config.BP_JVM_MIRROR) };
  if (second === undefined) return found;
  const other = await chooseSame(java, { distribution, kind: second }, inventory);
  return { ...found, [second]: onMirror(other, config.BP_JVM_MIRROR) };
}

const unset = ({ version }: Release): string =>
  unsetVersionWarning({
    title: "Java",
    version,
    line: `${usualLine}`,
    next: `${nextUsualLine}`,
    setting: `set BP_JVM_VERSION=${usualLine}`,
  });

/** The log messages about an unavailable distribution and the overruled requests. */
async function otherRequests(
  requests: readonly JavaRequest[],
  java: Release,
  { BP_JVM_DISTRIBUTION }: ReleaseOffer["config"],
) {
  const vendor = BP_JVM_DISTRIBUTION === undefined ? vendorSentence(requests) : undefined;
  const losers = requests.slice(1).map((loser) => sentence(loser, java));
  return [...(vendor === undefined ? [] : [vendor]), ...(await Promise.all(losers))];
}

async function chooseFirst([winner]: readonly JavaRequest[], id: string, offered: ReleaseOffer): Promise<Release> {
  if (winner === undefined) return offered.inventory.resolve(id, `${usualLine}`, { scheme });
  const range = rangeOf(winner, await linesOf(id, offered));
  return offered.inventory.resolve(id, range, { scheme, source: sourceOf(winner, range) });
}

/** The source of a request, with its text if that is not the range: `java.version of pom.xml (1.8)`. */
const sourceOf = ({ source, wanted }: JavaRequest, range: string): string =>
  range === wanted ? source : `${source} (${wanted.slice(0, 100)})`;

/** The lines of which there are releases for the image. */
async function linesOf(id: string, { inventory, target }: ReleaseOffer): Promise<readonly number[]> {
  const releases = (await inventory.all(id)).filter(({ arch }) => arch === undefined || arch === target.arch);
  return [...new Set(releases.flatMap(({ version }) => featureOf(version) ?? []))];
}

/** A JRE of the same version as the JDK, or of its line where there is none. */
async function chooseSame(
  { name, version }: Release,
  other: { readonly distribution: Distribution; readonly kind: Kind },
  inventory: Inventory,
): Promise<Release> {
  const isPresent = (await inventory.all(idOf(other))).some((release) => release.version === version);
  const wanted = isPresent ? version : String(featureOf(version));
  return inventory.resolve(idOf(other), wanted, { scheme, source: `the ${name.split(" ").at(-1)}` });
}

const sentence = (loser: JavaRequest, { version }: Release): Promise<string> =>
  overruledRequestText(loser, { version, title: "Java", scheme, rangeOf: () => admittedBy(loser) });

/**
 * Returns the release with its URL on the mirror in BP_JVM_MIRROR, if that is set. The files on the
 * mirror have their official names.
 */
export const onMirror = (release: Release, value: string | undefined): Release =>
  onMirrorOf(release, {
    name: "BP_JVM_MIRROR",
    value,
    code: "JAVA_MIRROR_INVALID",
    folder: "the archives",
    path: /[^/]+$/,
    example: "file:///mirror/java",
  });

/** The range of a request among lines with releases: if it names a line, the nearest one with releases. */
function rangeOf({ wanted, means }: Pick<JavaRequest, "wanted" | "means">, lines: readonly number[]): string {
  if (means === "release") return parseJavaVersion(wanted)?.text ?? wanted;
  const feature = featureOf(wanted);
  if (feature === undefined) return wanted;
  const nearest = lines.toSorted((a, b) => a - b).find((line) => line >= feature);
  return String(nearest ?? feature);
}

/** The range that an overruled request admits: newer lines run code for older ones. */
function admittedBy({ wanted, means }: Pick<JavaRequest, "wanted" | "means">): string | undefined {
  const version = parseJavaVersion(wanted);
  if (version === undefined) return means === "release" ? wanted : undefined;
  return means === "line" ? `>=${version.feature}` : version.text;
}
