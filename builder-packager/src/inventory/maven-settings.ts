/**
 * Returns the URL of the mirror that a `settings.xml` declares for Maven's repository `central`.
 * Returns undefined if it does not declare one. The first matching mirror takes precedence, as in
 * Maven.
 */
export function centralMirror(settings: string, env: NodeJS.ProcessEnv): string | undefined {
  const mirrors = elements(withoutComments(settings), "mirror").map((mirror) => ({
    url: textOf(mirror, "url"),
    of: textOf(mirror, "mirrorOf") ?? "",
    isBlocked: textOf(mirror, "blocked") === "true",
  }));
  const found = mirrors.find(({ of, isBlocked }) => !isBlocked && mirrorsCentral(of));
  return found?.url?.replace(/\$\{env\.(\w+)\}/g, (_, name: string) => env[name] ?? "");
}

/**
 * Returns the URL of the repository `central` in Maven's super POM; undefined if the super POM does
 * not contain it.
 */
export const centralRepository = (superPom: string): string | undefined =>
  elements(withoutComments(superPom), "repository")
    .filter((repository) => textOf(repository, "id") === "central")
    .map((repository) => textOf(repository, "url"))[0];

/** Evaluates `mirrorOf` for the repository `central`, which is external: `external:*,!snapshots`. */
function mirrorsCentral(mirrorOf: string): boolean {
  const names = mirrorOf.split(",").map((name) => name.trim());
  return !names.includes("!central") && names.some((name) => ["central", "*", "external:*"].includes(name));
}

const withoutComments = (xml: string): string => xml.replace(/<!--.*?-->/gs, "");

const elements = (xml: string, name: string): readonly string[] =>
  Array.from(xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs")), ([, content = ""]) => content);

const textOf = (xml: string, name: string): string | undefined => elements(xml, name)[0]?.trim();
