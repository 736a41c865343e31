import { UserError } from "libcnb";

type Scripts = Readonly<Record<string, string>>;

/**
 * The names of scripts that run after the installation, by position. For each position, the first
 * script that package.json contains is used. The names of Heroku and Google are supported, because
 * existing apps use them.
 */
const locations: readonly (readonly string[])[] = [
  ["cnb-prebuild", "heroku-prebuild"],
  ["cnb-build", "heroku-build", "gcp-build", "build"],
  ["cnb-postbuild", "heroku-postbuild"],
];

/**
 * Chooses the package scripts to run after the installation, in order.
 *
 * `BP_NODE_RUN_SCRIPTS` can name other scripts, separated by commas. If the variable is empty, no
 * script runs. A script `cnb-build` runs instead of `build`, so an app can opt out with an empty
 * `cnb-build` script in its package.json.
 *
 * @throws UserError SCRIPT_UNKNOWN
 */
export function chooseScripts(scripts: Scripts, requested: string | undefined): readonly string[] {
  const names = scriptsOfBuild(scripts, requested);
  const unknown = names.filter((name) => !isNotEmpty(scripts)(name));
  if (unknown.length === 0) return names;
  const own = Object.keys(scripts).filter(isNotEmpty(scripts)).join(", ");
  throw new UserError(
    "SCRIPT_UNKNOWN",
    `BP_NODE_RUN_SCRIPTS names ${unknown.map((name) => `"${name}"`).join(", ")}, which package.json does not define`,
    { hint: `${own === "" ? "Add the script to package.json" : `Use one of the app's scripts: ${own}`}.` },
  );
}

/** Returns the names of the build scripts, including names that package.json does not define. */
export function scriptsOfBuild(scripts: Scripts, requested: string | undefined): readonly string[] {
  if (requested !== undefined)
    return requested
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
  return locations
    .flatMap((names) => names.find((name) => scripts[name] !== undefined) ?? [])
    .filter(isNotEmpty(scripts));
}

const isNotEmpty =
  (scripts: Scripts) =>
  (name: string): boolean =>
    (Object.hasOwn(scripts, name) ? scripts[name] : "")?.trim() !== "";
