import { UserError } from "libcnb";

/**
 * Chooses the package scripts to run after the installation.
 *
 * `build` if there is one; `BP_NODE_RUN_SCRIPTS` names others, separated by commas, and switches all off when empty.
 * A script with an empty command counts as absent, which is how an app opts out in its own package.json.
 */
export function chooseScripts(
  scripts: Readonly<Record<string, string>>,
  requested: string | undefined,
): readonly string[] {
  const isDefined = (name: string) => (scripts[name] ?? "").trim() !== "";
  if (requested === undefined) return ["build"].filter(isDefined);
  const names = requested
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const unknown = names.filter((name) => !isDefined(name));
  if (unknown.length === 0) return names;
  throw new UserError(
    "NPM_SCRIPT_UNKNOWN",
    `BP_NODE_RUN_SCRIPTS names ${quoted(unknown)}, which package.json does not define`,
    {
      hint: `Use one of the app's scripts: ${Object.keys(scripts).filter(isDefined).join(", ") || "it has none"}.`,
    },
  );
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
