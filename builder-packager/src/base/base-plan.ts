import { defined } from "../defined.ts";
import { CnbError } from "../errors.ts";
import { type ImageReference, parseImageReference } from "../oci/model/reference.ts";
import { type BaseToml, parseBaseToml } from "./base-toml.ts";
import type { Variant } from "./base-toml-schema.ts";
import { type BaseFlags, checkFlags, type FlagValues } from "./flag-values.ts";
import type { Account, Group } from "./tree/accounts.ts";
import type { PlannedFile } from "./tree/planned-files.ts";

/** The supported architectures. Debian and OCI use the same names for them. */
export type DebianArchitecture = "amd64" | "arm64";

/** A name for one of the two base images: the build image or the run image. */
export type Stage = "build" | "run";

/** All decisions about the two base images that do not depend on the contents of the package archive. */
export interface BasePlan {
  readonly suite: string;
  /**
   * The archive's components, such as `main`. If empty, the components in the host's apt source are
   * used, or else `main`.
   */
  readonly components: readonly string[];
  /** The architectures: sorted, at least one. With several, each image is an index. */
  readonly architectures: readonly DebianArchitecture[];
  /**
   * The archive's mirrors. Each is a `URL`, `URL SUITE [COMPONENT…]` or a directory. If empty, the
   * environment variable LIBCNB_DEBIAN_MIRROR or the host's apt configuration applies.
   */
  readonly mirrors: readonly string[];
  /** True to accept unsigned packages from directories and archives. */
  readonly allowUnsigned: boolean;
  readonly keyringFile?: string | undefined;
  /** CA certificates in PEM form that are added to the distribution's CA bundle. */
  readonly certificates: readonly string[];
  /** Packages to install in both images. */
  readonly packages: readonly string[];
  /**
   * Packages that are not installed as dependencies, for example those that only maintainer scripts
   * use.
   */
  readonly without: readonly string[];
  /** The time zone, for example `Europe/Berlin`. */
  readonly timeZone?: string | undefined;
  /** The locale, for example `de_DE.UTF-8`. @default C.UTF-8 if the packages contain that locale */
  readonly locale?: string | undefined;
  readonly build: ImagePlan;
  readonly run: ImagePlan;
  /** The value of the labels `io.buildpacks.base.id` and `io.buildpacks.stack.id`. */
  readonly id: string;
  readonly maintainer?: string | undefined;
  readonly homepage?: string | undefined;
}

/** The settings of one image, including those that apply to both images. */
export interface ImagePlan {
  readonly variant: Variant;
  /** Packages to install in this image only. */
  readonly packages: readonly string[];
  /** The image to extend. @default none */
  readonly extend?: ImageReference | undefined;
  readonly user: Account;
  /** Users in addition to `user`, who runs all processes. */
  readonly users: readonly Account[];
  readonly groups: readonly Group[];
  readonly files: readonly PlannedFile[];
  readonly env: Readonly<Record<string, string>>;
  readonly description?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** The contents of the files that the configuration names. */
export interface LoadedFiles {
  /** Additional CA certificates in PEM form. */
  readonly certificates?: readonly string[];
  readonly files?: readonly PlannedFile[];
}

/**
 * The platform specification recommends that the run image's user differs from the build image's
 * and shares its primary group: a running app can then read the build's files (if group-readable)
 * and modify none of them. The numbers are Paketo's, because existing buildpacks and clusters know
 * them.
 */
const defaults = { name: "cnb", uid: { build: 1001, run: 1002 }, gid: 1000 };

/**
 * Merges command-line options into the configuration file. A single value in an option overrides
 * the file's value. Lists of both are joined.
 *
 * @param loaded certificates and files that the configuration names
 * @param hostArch Node's name of this machine's architecture, which is the default
 * @throws CnbError ARGUMENT_INVALID or BASE_CONFIG_INVALID
 * @example
 * `const plan = planBase({ package: ["libc6"] }, parseBaseToml(text, "base.toml"), {}, process.arch)`
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

function imagePlan(stage: Stage, given: FlagValues, config: BaseToml, { files = [] }: LoadedFiles): ImagePlan {
  const own = config[stage];
  const extend = given.extend ?? own.extend ?? config.extend;
  const name = config.user.name ?? defaults.name;
  const gid = given.gid ?? config.user.gid ?? defaults.gid;
  return {
    variant: given.variant ?? own.variant ?? config.variant ?? "minimal",
    packages: [...own.packages, ...given.stagePackages[stage]],
    ...defined({ extend: extend === undefined ? undefined : parseImageReference(extend) }),
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
): Account => ({ name, uid, gid: gid ?? defaultGid, home, ...defined({ shell }) });

function architecturesOf(flags: readonly string[], config: readonly string[], host: string): DebianArchitecture[] {
  const names = flags.length > 0 ? flags : config;
  return [...new Set((names.length > 0 ? names : [host]).map(parseArchitecture))].sort();
}

/** Parses the architecture names of Debian and OCI, and Node's for the host. */
function parseArchitecture(text: string): DebianArchitecture {
  const name = text.replace(/^linux\//, "");
  if (name === "amd64" || name === "x64") return "amd64";
  if (name === "arm64") return "arm64";
  throw new CnbError("ARGUMENT_INVALID", `the architecture ${text} is not supported`, {
    hint: "Use --arch amd64, --arch arm64 or both.",
  });
}

/**
 * Refuses a base plan without packages. Only an image that extends another image may do without
 * packages, and get only users, files and certificates.
 */
function refuseNothing({ packages, build, run }: BasePlan): void {
  const isEmpty = ({ variant, extend }: ImagePlan) => extend === undefined && variant !== "full";
  if (packages.length > 0 || (!isEmpty(build) && !isEmpty(run))) return;
  throw new CnbError("ARGUMENT_INVALID", "base images need at least one package", {
    hint: "Add packages with --package NAME or in base.toml (--config); start with libc6 and ca-certificates.",
  });
}

const suiteMissing = (suite: string | undefined): CnbError =>
  new CnbError(
    "ARGUMENT_INVALID",
    suite ? `"${suite}" is not the name of a suite` : "the distribution's suite is missing",
    {
      hint: 'Pass the code name of the suite with --suite, for example bookworm, or set suite = "…" in base.toml (--config).',
    },
  );

/** Returns the default configuration, which applies without a base.toml. */
export const emptyBaseToml = (): BaseToml => parseBaseToml("", "base.toml");
