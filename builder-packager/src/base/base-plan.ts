import { CnbError } from "../errors.ts";
import type { Account } from "./accounts.ts";
import { type BaseToml, parseBaseToml } from "./base-toml.ts";

/** Debian's names of the architectures that base images are made for; they are the OCI's, too. */
type DebianArchitecture = "amd64" | "arm64";

/** Everything that decides what the two base images are, apart from the archive's contents. */
export interface BasePlan {
  readonly suite: string;
  /** Empty: those of the host's configuration, or `main`. */
  readonly components: readonly string[];
  readonly architecture: DebianArchitecture;
  /** `URL` or `URL SUITE [COMPONENT…]` each; empty: environment variable or the host's configuration. */
  readonly mirrors: readonly string[];
  readonly keyringFile?: string | undefined;
  /** PEM texts that the CA bundle gets besides the distribution's certificates. */
  readonly certificates: readonly string[];
  /** Packages of both images. */
  readonly packages: readonly string[];
  /** Packages that no dependency brings in, for example those that only maintainer scripts use. */
  readonly without: readonly string[];
  readonly build: ImagePlan;
  readonly run: ImagePlan;
  /** Value of `io.buildpacks.base.id` and `io.buildpacks.stack.id`. */
  readonly id: string;
  readonly description?: string | undefined;
  readonly maintainer?: string | undefined;
  readonly homepage?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

interface ImagePlan {
  /** Packages of this image alone. */
  readonly packages: readonly string[];
  readonly user: Account;
}

/** What the command line says. */
export interface BaseFlags {
  readonly suite?: string | undefined;
  readonly component: readonly string[];
  readonly package: readonly string[];
  readonly buildPackage: readonly string[];
  readonly runPackage: readonly string[];
  readonly without: readonly string[];
  readonly arch?: string | undefined;
  readonly mirror: readonly string[];
  readonly keyring?: string | undefined;
  readonly id?: string | undefined;
  readonly buildUid?: string | undefined;
  readonly runUid?: string | undefined;
  readonly gid?: string | undefined;
}

/**
 * The platform specification wants the run image's user to differ from the build image's and to share its primary
 * group: a running app can then read what the build made (group-readable at most) and change none of it. Paketo's
 * numbers, because existing buildpacks and clusters have met them.
 */
const defaults = { name: "cnb", buildUid: 1001, runUid: 1002, gid: 1000 };

/**
 * Puts flags over the configuration file: single values win, lists are joined.
 *
 * @param certificates PEM texts of further authorities
 * @param hostArch Node's name of this machine's architecture, which is the default
 * @throws CnbError ARGUMENT_INVALID or BASE_CONFIG_INVALID
 * @example
 * ```ts
 * const flags = { component: [], package: ["libc6"], buildPackage: [], runPackage: [], without: [], mirror: [] };
 * const plan = planBase(flags, parseBaseToml(text, "base.toml"), [], process.arch);
 * ```
 */
export function planBase(
  flags: BaseFlags,
  config: BaseToml,
  certificates: readonly string[],
  hostArch: string,
): BasePlan {
  const suite = flags.suite ?? config.suite;
  const plan = checkFlags(flags);
  const packages = [...config.packages, ...plan.packages];
  if (!suite || !/^[a-z0-9][a-z0-9./-]*$/.test(suite)) throw suiteMissing(suite);
  if (packages.length === 0) {
    throw new CnbError("ARGUMENT_INVALID", "base images need at least one package", {
      hint: "Name them with --package NAME or in the file of --config; libc6 and ca-certificates are a good start.",
    });
  }
  const { name = defaults.name, gid = defaults.gid } = config.user;
  const user = (uid: number): Account => ({ name, uid, gid: plan.gid ?? gid, home: `/home/${name}` });
  return {
    suite,
    components: plan.components.length > 0 ? plan.components : config.components,
    architecture: parseArchitecture(flags.arch ?? hostArch),
    mirrors: flags.mirror.length > 0 ? flags.mirror : config.mirrors,
    keyringFile: flags.keyring ?? config.keyring,
    certificates,
    packages,
    without: [...config.without, ...plan.without],
    build: {
      packages: [...config.build.packages, ...plan.buildPackages],
      user: user(plan.buildUid ?? config.build.uid ?? defaults.buildUid),
    },
    run: {
      packages: [...config.run.packages, ...plan.runPackages],
      user: user(plan.runUid ?? config.run.uid ?? defaults.runUid),
    },
    id: flags.id ?? config.id ?? `libcnb.base.${suite}`,
    description: config.description,
    maintainer: config.maintainer,
    homepage: config.homepage,
    labels: config.labels,
  };
}

/** Flags are held to the rules of the file, through the same schema. */
function checkFlags(flags: BaseFlags) {
  return {
    components: flags.component,
    packages: flags.package.map(parsePackageName),
    buildPackages: flags.buildPackage.map(parsePackageName),
    without: flags.without.map(parsePackageName),
    runPackages: flags.runPackage.map(parsePackageName),
    buildUid: parseId("--build-uid", flags.buildUid),
    runUid: parseId("--run-uid", flags.runUid),
    gid: parseId("--gid", flags.gid),
  };
}

function parsePackageName(text: string): string {
  if (/^[a-z0-9][a-z0-9+.-]*$/.test(text)) return text;
  throw new CnbError("ARGUMENT_INVALID", `"${text}" is not the name of a Debian package`, {
    hint: "Names have lower-case letters, digits, +, - and dots, for example libstdc++6.",
  });
}

function parseId(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const id = Number(text);
  if (/^[0-9]+$/.test(text) && id >= 1 && id < 2 ** 31) return id;
  throw new CnbError("ARGUMENT_INVALID", `${flag} ${text} is not the number of an ordinary user or group`, {
    hint: "Give a number from 1 to 2147483647; buildpacks never run as root.",
  });
}

/** Accepts Debian's and the OCI's names, and Node's for the host. */
function parseArchitecture(text: string): DebianArchitecture {
  if (text === "amd64" || text === "x64") return "amd64";
  if (text === "arm64") return "arm64";
  throw new CnbError("ARGUMENT_INVALID", `the architecture ${text} is not supported`, {
    hint: "Give --arch amd64 or --arch arm64.",
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
