/** The first Gradle that runs on a version of Java, and the first that does not run on what is older. */
const first: readonly (readonly [gradle: string, java: number])[] = [
  ["9.1", 25],
  ["8.14", 24],
  ["8.10", 23],
  ["8.8", 22],
  ["8.5", 21],
  ["8.3", 20],
  ["7.6", 19],
  ["7.5", 18],
  ["7.3", 17],
  ["7.0", 16],
  ["6.7", 15],
  ["6.3", 14],
  ["6.0", 13],
  ["5.4", 12],
  ["5.0", 11],
  ["4.7", 10],
  ["4.3", 9],
  ["2.0", 8],
];

/**
 * Returns a warning if the Gradle version does not support the Java version, according to Gradle's
 * compatibility matrix; otherwise `undefined`.
 *
 * @see https://docs.gradle.org/current/userguide/compatibility.html
 */
export function javaWarning(gradle: string | undefined, java: number): string | undefined {
  if (gradle === undefined) return undefined;
  const newest = first.find(([version]) => isAtLeast(gradle, version))?.[1];
  if (newest !== undefined && java > newest)
    return `Gradle ${gradle} supports Java up to ${newest}, but this build has Java ${java}: ${lineFor(newest)}use Gradle ${firstFor(java)} or newer`;
  if (java < 17 && isAtLeast(gradle, "9"))
    return `Gradle ${gradle} needs Java 17 to run, but this build has Java ${java}: set BP_JVM_VERSION=17, or use Gradle 8`;
  return undefined;
}

/** The lines that have support. */
const lines = [25, 21, 17, 11, 8];

const lineFor = (newest: number): string => {
  const line = lines.find((each) => each <= newest);
  return line === undefined ? "" : `set BP_JVM_VERSION=${line}, or `;
};

const firstFor = (java: number): string => first.findLast(([, version]) => version >= java)?.[0] ?? first[0]?.[0] ?? "";

/**
 * True if `version` is equal to or newer than `other`. Non-numeric parts of versions are ignored.
 */
export function isAtLeast(version: string, other: string): boolean {
  const [own, theirs] = [version, other].map((each) =>
    each.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0),
  );
  for (let index = 0; index < 3; index++) {
    const difference = (own?.[index] ?? 0) - (theirs?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
