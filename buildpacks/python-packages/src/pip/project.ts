import { hash } from "node:crypto";
import { inDir } from "@libcnb/app-kit/folders";
import { isTable, tableOf } from "@libcnb/app-kit/tables";
import { type Env, UserError } from "libcnb";
import type { Project, ProjectSource } from "../package-manager.ts";
import { decisiveText, type Manifest, readManifest, whyAlwaysInstalled } from "../project/manifest.ts";
import { publicTexts, withPublicAddresses } from "../project/public-texts.ts";
import { type Selection, selectionOf } from "../project/selection.ts";
import { isPylock, requirementsOf, requirementsText } from "./requirements-files.ts";
import { decisiveLines, type RequirementSources, readRequirements } from "./sources.ts";
import { isAddress, type Vendor, vendorOf } from "./vendor.ts";

/** A project that pip installs. */
export interface PipProject extends Project {
  /** Requirements files relative to the project. If empty, the project itself is installed. */
  readonly requirements: readonly string[];
  readonly sources: RequirementSources;
  readonly vendor: Vendor;
  readonly selection: Selection;
  /** The directories of projects whose code the environment links to, relative to the app. */
  readonly codeDirs: readonly string[];
}

export async function readProject(source: ProjectSource): Promise<PipProject> {
  const { app, dir, env, settings } = source;
  const requirements = requirementsOf(source);
  checkSelection(source, requirements);
  const sources = await readRequirements(
    app,
    dir,
    requirements.filter((name) => !isPylock(name)),
    env,
  );
  const vendor = await vendorOf(app, dir, settings);
  const codeDirs = [...sources.local.filter((each) => each.isEditable).map(({ path }) => path), ...itself(source)];
  const manifests = await Promise.all(codeDirs.map((each) => readManifest(app, each, true)));
  return {
    ...source,
    requirements,
    sources,
    vendor,
    selection: await readSelection(source, requirements.length === 0),
    codeDirs,
    inputs: {
      ...(await inputsOf(source, { requirements, sources, vendor })),
      ...manifestInputs(manifests),
      ...set("pip settings", decisiveSettings(env)),
    },
    mustInstall: sources.remote.length > 0 ? "a requirement is a URL of another host" : whyAlwaysInstalled(manifests),
    withoutCredentials: {
      ...(await publicTexts(app, [...new Set([dir, ...codeDirs])], ["setup.cfg"])),
      ...(await publicFiles(source, [
        ...Object.keys(sources.files),
        ...requirements.filter(isPylock).map((name) => inDir(dir, name)),
      ])),
    },
  };
}

const itself = (source: ProjectSource): readonly string[] => (requirementsOf(source).length === 0 ? [source.dir] : []);

type Parts = Pick<PipProject, "requirements" | "sources" | "vendor">;

async function inputsOf({ app, dir, settings }: ProjectSource, { requirements, sources, vendor }: Parts): Promise<Env> {
  const copied = sources.local.filter(({ isEditable }) => !isEditable).map(({ path }) => path);
  const folders = [...copied, vendor.only ?? [], ...vendor.additional.filter((each) => !isAddress(each))].flat();
  const digest = async (path: string) => [path || "the app", await app.digest(path || ".")] as const;
  const pylock = async (name: string) => [name, await app.readText(inDir(dir, name))] as const;
  return {
    ...Object.fromEntries(Object.entries(sources.files).map(([path, lines]) => [path, decisiveLines(lines)])),
    ...Object.fromEntries(await Promise.all([...requirements.filter(isPylock).map(pylock), ...folders.map(digest)])),
    ...set("BP_PYTHON_GROUPS", settings.BP_PYTHON_GROUPS),
    ...set("BP_PYTHON_EXTRAS", settings.BP_PYTHON_EXTRAS),
  };
}

const manifestInputs = (manifests: readonly Manifest[]): Env =>
  manifests.length === 0 ? {} : { "pyproject.toml": decisiveText(manifests, "pip") };

const set = (name: string, value = ""): Env => (value === "" ? {} : { [name]: value });

async function publicFiles({ app }: ProjectSource, paths: readonly string[]): Promise<Env> {
  const texts = await Promise.all(paths.map(async (path) => [path, await requirementsText(app, path)] as const));
  const cleaned = texts.map(([path, text]) => [path, text, withPublicAddresses(text)] as const);
  return Object.fromEntries(cleaned.filter(([, text, kept]) => text !== kept).map(([path, , kept]) => [path, kept]));
}

/** pip before 25.1 knows no groups; extras are those of a project, not of a list of requirements. */
function checkSelection({ settings, toolVersion }: ProjectSource, requirements: readonly string[]): void {
  if (settings.BP_PYTHON_GROUPS !== undefined && Number.parseFloat(toolVersion) < 25.1)
    throw new UserError(
      "PYTHON_GROUPS_UNSUPPORTED",
      `BP_PYTHON_GROUPS is set, but pip ${toolVersion} does not support dependency groups`,
      {
        hint: "Set BP_PIP_VERSION to 25.1 or newer.",
      },
    );
  if (settings.BP_PYTHON_EXTRAS === undefined || requirements.every(isPylock)) return;
  throw new UserError(
    "PYTHON_EXTRAS_UNSUPPORTED",
    `BP_PYTHON_EXTRAS is set, but a requirements file (${requirements.join(", ")}) defines no extras`,
    {
      hint: 'Write the extras into the requirements file, for example "-e .[postgres]", and unset BP_PYTHON_EXTRAS.',
    },
  );
}

/** The PIP_* variables that affect the installed packages, as text. Values may be secrets. */
const decisiveSettings = (env: Env): string =>
  Object.entries(env)
    .filter(([name]) => name.startsWith("PIP_") && !isAboutAccess.test(name))
    .map(([name, value]) => `${name} ${hash("sha256", value ?? "")}`)
    .toSorted()
    .join("\n");
/** Settings about access to packages and about output do not affect the installed packages. */
const isAboutAccess =
  /^PIP_(CERT|CLIENT_CERT|INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|PROXY|RETRIES|TIMEOUT|DEFAULT_TIMEOUT|CACHE_DIR|NO_CACHE_DIR|CONFIG_FILE|LOG|QUIET|VERBOSE|NO_COLOR|NO_INPUT|PROGRESS_BAR|KEYRING_PROVIDER|DISABLE_PIP_VERSION_CHECK|ROOT_USER_ACTION|REPORT|NO_WARN_SCRIPT_LOCATION|NO_COMPILE|COMPILE)$/;

/**
 * Reads the requested groups and extras, and checks that pyproject.toml defines them. `*` stands
 * for all of them. If setup.py or a lockfile may define further extras, the extras are not checked,
 * because only pip can read them.
 *
 * @throws UserError PYTHON_GROUP_UNKNOWN, PYTHON_EXTRA_UNKNOWN
 */
export async function readSelection({ app, dir, settings }: ProjectSource, isItself: boolean): Promise<Selection> {
  const file = inDir(dir, "pyproject.toml");
  const { project, "dependency-groups": groups } = (await app.exists(file)) ? await app.readToml(file) : {};
  const known = { groups: namesIn(groups), extras: namesIn(tableOf(project)["optional-dependencies"]) };
  const isStatic = isItself && isTable(project) && !isDynamic(project["dynamic"]);
  const asked = wordsIn(settings.BP_PYTHON_EXTRAS);
  return selectionOf(settings, isStatic ? known : { ...known, extras: [...known.extras, ...asked] });
}

const isDynamic = (names: unknown): boolean => Array.isArray(names) && names.includes("optional-dependencies");
const namesIn = (table: unknown): readonly string[] => Object.keys(tableOf(table));
const wordsIn = (text = ""): readonly string[] => text.split(/[\s,]+/).filter((word) => word !== "" && word !== "*");
