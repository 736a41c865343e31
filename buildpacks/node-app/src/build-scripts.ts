import { UserError } from "libcnb";

type Scripts = Readonly<Record<string, string>>;

/**
 * What runs after the installation, one script for each place; of several names in a place the first that package.json has.
 * Heroku's and Google's names are taken as their users know them: apps come with them.
 */
const locations: readonly (readonly string[])[] = [
  ["cnb-prebuild", "heroku-prebuild"],
  ["cnb-build", "heroku-build", "gcp-build", "build"],
  ["cnb-postbuild", "heroku-postbuild"],
];

/**
 * Chooses the package scripts to run after the installation, in order.
 *
 * `BP_NODE_RUN_SCRIPTS` names other scripts, separated by commas. If the variable is empty, no
 * script runs. An app can opt out in its package.json with an empty `cnb-build` script, which runs
 * instead of `build`.
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

/** The build scripts, including names that package.json does not define. */
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
