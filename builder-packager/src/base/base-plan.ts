import { CnbError } from "../errors.ts";
import { type ImageReference, parseImageReference } from "../oci/reference.ts";
import type { Account, Group } from "./accounts.ts";
import { type BaseToml, parseBaseToml } from "./base-toml.ts";
import type { Variant } from "./base-toml-schema.ts";
import { checkFlags } from "./flag-values.ts";
import type { PlannedFile } from "./planned-files.ts";

/** Debian's names of the architectures that base images are made for; they are the OCI's, too. */
export type DebianArchitecture = "amd64" | "arm64";

/** One of the two images. */
export type Stage = "build" | "run";

/** Everything that decides what the two base images are, apart from the archive's contents. */
export interface BasePlan {
  readonly suite: string;
  /** Empty: those of the host's configuration, or `main`. */
  readonly components: readonly string[];
  /** At least one, sorted; several make an index of each image. */
  readonly architectures: readonly DebianArchitecture[];
  /** `URL`, `URL SUITE [COMPONENT…]` or a folder each; empty: environment variable or the host's configuration. */
  readonly mirrors: readonly string[];
  /** Takes packages that nobody signed, from folders and archives alike. */
  readonly allowUnsigned: boolean;
  readonly keyringFile?: string | undefined;
  /** PEM texts that the CA bundle gets besides the distribution's certificates. */
  readonly certificates: readonly string[];
  /** Packages of both images. */
  readonly packages: readonly string[];
  /** Packages that no dependency brings in, for example those that only maintainer scripts use. */
  readonly without: readonly string[];
  /** For example `Europe/Berlin`. */
  readonly timeZone?: string | undefined;
  /** For example `de_DE.UTF-8`. @default C.UTF-8 where the packages bring it */
  readonly locale?: string | undefined;
  readonly build: ImagePlan;
  readonly run: ImagePlan;
  /** Value of `io.buildpacks.base.id` and `io.buildpacks.stack.id`. */
  readonly id: string;
  readonly maintainer?: string | undefined;
  readonly homepage?: string | undefined;
}

/** What is said of one image alone, or of both and so of each. */
export interface ImagePlan {
  readonly variant: Variant;
  /** Packages of this image alone. */
  readonly packages: readonly string[];
  /** The image that the packages are added to. @default none */
  readonly extend?: ImageReference | undefined;
  readonly user: Account;
  /** Users beside the one that everything runs as. */
  readonly users: readonly Account[];
  readonly groups: readonly Group[];
  readonly files: readonly PlannedFile[];
  readonly env: Readonly<Record<string, string>>;
  readonly description?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** What the command line says. */
export interface BaseFlags {
  readonly suite?: string | undefined;
  readonly component?: readonly string[];
  readonly package?: readonly string[];
  readonly buildPackage?: readonly string[];
  readonly runPackage?: readonly string[];
  readonly without?: readonly string[];
  readonly arch?: readonly string[];
  readonly variant?: string | undefined;
  readonly extend?: string | undefined;
  readonly mirror?: readonly string[];
  readonly allowUnsigned?: boolean | undefined;
  readonly keyring?: string | undefined;
  readonly timezone?: string | undefined;
  readonly locale?: string | undefined;
  /** `NAME=VALUE` each. */
  readonly env?: readonly string[];
  /** `NAME=VALUE` each. */
  readonly label?: readonly string[];
  readonly id?: string | undefined;
  readonly buildUid?: string | undefined;
  readonly runUid?: string | undefined;
  readonly gid?: string | undefined;
}

/** What the configuration names and is read already. */
export interface LoadedFiles {
  /** PEM texts of further authorities. */
  readonly certificates?: readonly string[];
  readonly files?: readonly PlannedFile[];
}

/**
 * The platform specification wants the run image's user to differ from the build image's and to share its primary
 * group: a running app can then read what the build made (group-readable at most) and change none of it. Paketo's
 * numbers, because existing buildpacks and clusters have met them.
 */
const defaults = { name: "cnb", uid: { build: 1001, run: 1002 }, gid: 1000 };

/**
 * Puts flags over the configuration file: single values win, lists are joined.
 *
 * @param loaded certificates and files that the configuration names
 * @param hostArch Node's name of this machine's architecture, which is the default
 * @throws CnbError ARGUMENT_INVALID or BASE_CONFIG_INVALID
 * @example `const plan = planBase({ package: ["libc6"] }, parseBaseToml(text, "base.toml"), {}, process.arch)`
 */
export function planBase(flags: BaseFlags, config: BaseToml, loaded: LoadedFiles, hostArch: string): BasePlan {
  const given = checkFlags(flags);
  const suite = flags.suite ?? config.suite;
  const packages = [...config.packages, ...given.packages];
  if (!suite || !/^[a-z0-9][a-z0-9./-]*$/.test(suite)) throw suiteMissing(suite);
  const plan: BasePlan = {
    suite,
    components: given.components.length > 0 ? given.components : config.components,
    architectures: architecturesOf(given.architectures, config.architectures, hostArch),
    mirrors: given.mirrors.length > 0 ? given.mirrors : config.mirrors,
    allowUnsigned: given.allowUnsigned ?? config["allow-unsigned"],
    keyringFile: flags.keyring ?? config.keyring,
    certificates: loaded.certificates ?? [],
    packages,
    without: [...config.without, ...given.without],
    timeZone: given.timeZone ?? config.timezone,
    locale: given.locale ?? config.locale,
    build: imagePlan("build", given, config, loaded),
    run: imagePlan("run", given, config, loaded),
    id: flags.id ?? config.id ?? `libcnb.base.${suite}`,
    maintainer: config.maintainer,
    homepage: config.homepage,
  };
  refuseNothing(plan);
  return plan;
}

type FlagValues = ReturnType<typeof checkFlags>;

function imagePlan(stage: Stage, given: FlagValues, config: BaseToml, { files = [] }: LoadedFiles): ImagePlan {
  const own = config[stage];
  const extend = given.extend ?? own.extend ?? config.extend;
  const name = config.user.name ?? defaults.name;
  const gid = given.gid ?? config.user.gid ?? defaults.gid;
  return {
    variant: given.variant ?? own.variant ?? config.variant ?? "minimal",
    packages: [...own.packages, ...given.stagePackages[stage]],
    ...(extend !== undefined && { extend: parseImageReference(extend) }),
    user: { name, uid: given.uid[stage] ?? own.uid ?? defaults.uid[stage], gid, home: `/home/${name}` },
    users: config.users.filter(({ image = stage }) => image === stage).map((user) => accountOf(user, gid)),
    groups: config.groups.filter(({ image = stage }) => image === stage).map(({ image: _, ...group }) => group),
    files: files.filter(({ image = stage }) => image === stage),
    env: { ...config.env, ...own.env, ...given.env },
    description: own.description ?? config.description,
    labels: { ...config.labels, ...own.labels, ...given.labels },
  };
}

const accountOf = (
  { name, uid, gid, home = `/home/${name}`, shell }: BaseToml["users"][number],
  defaultGid: number,
): Account => ({ name, uid, gid: gid ?? defaultGid, home, ...(shell !== undefined && { shell }) });

function architecturesOf(flags: readonly string[], config: readonly string[], host: string): DebianArchitecture[] {
  const names = flags.length > 0 ? flags : config;
  return [...new Set((names.length > 0 ? names : [host]).map(parseArchitecture))].sort();
}

/** Accepts Debian's and the OCI's names, and Node's for the host. */
function parseArchitecture(text: string): DebianArchitecture {
  const name = text.replace(/^linux\//, "");
  if (name === "amd64" || name === "x64") return "amd64";
  if (name === "arm64") return "arm64";
  throw new CnbError("ARGUMENT_INVALID", `the architecture ${text} is not supported`, {
    hint: "Give --arch amd64, --arch arm64 or both.",
  });
}

/** An image that is extended may get users, files and certificates only; one from nothing needs something. */
function refuseNothing({ packages, build, run }: BasePlan): void {
  const isEmpty = ({ variant, extend }: ImagePlan) => extend === undefined && variant !== "full";
  if (packages.length > 0 || (!isEmpty(build) && !isEmpty(run))) return;
  throw new CnbError("ARGUMENT_INVALID", "base images need at least one package", {
    hint: "Name them with --package NAME or in the file of --config; libc6 and ca-certificates are a good start.",
  });
}

const suiteMissing = (suite: string | undefined): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    suite ? `"${suite}" is not the name of a suite` : "the distribution's suite is missing",
    {
      hint: "Give its code name with --suite, for example bookworm, or write suite into the file of --config.",
    },
  );

/** The configuration when no file is given. */
export const emptyBaseToml = (): BaseToml => parseBaseToml("", "base.toml");
