import * as v from "valibot";
import { CnbError } from "../errors.ts";
import { locale, packageName, timeZone, type Variant, variableName, variants } from "./base-toml-schema.ts";

/** One value for each of the two images. */
interface PerImage<Value> {
  readonly build: Value;
  readonly run: Value;
}

/**
 * The parsed values of the options of `cnb base create`. If a value is undefined, the value in
 * base.toml applies, or else the default.
 */
export interface FlagValues {
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  readonly mirrors: readonly string[];
  readonly allowUnsigned: boolean | undefined;
  /** Packages to install in both images. */
  readonly packages: readonly string[];
  /** Packages to install in one image only. */
  readonly stagePackages: PerImage<readonly string[]>;
  readonly without: readonly string[];
  readonly variant: Variant | undefined;
  readonly extend: string | undefined;
  readonly timeZone: string | undefined;
  readonly locale: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly uid: PerImage<number | undefined>;
  readonly gid: number | undefined;
}

/** Validates the values of flags with the schema of base.toml, and parses them. */
export const checkFlags = (flags: BaseFlags): FlagValues => ({
  components: flags.component ?? [],
  architectures: flags.arch ?? [],
  mirrors: flags.mirror ?? [],
  allowUnsigned: flags.allowUnsigned,
  packages: (flags.package ?? []).map(parsePackageName),
  stagePackages: {
    build: (flags.buildPackage ?? []).map(parsePackageName),
    run: (flags.runPackage ?? []).map(parsePackageName),
  },
  without: (flags.without ?? []).map(parsePackageName),
  variant: flags.variant === undefined ? undefined : parseVariant(flags.variant),
  extend: flags.extend,
  timeZone: held(timeZone, flags.timezone, "Zones are named like Europe/Berlin or UTC."),
  locale: held(locale, flags.locale, "Locales are named like C.UTF-8 or de_DE.UTF-8."),
  env: pairs("--env", flags.env ?? [], variableName),
  labels: pairs("--label", flags.label ?? [], v.string()),
  uid: { build: parseId("--build-uid", flags.buildUid), run: parseId("--run-uid", flags.runUid) },
  gid: parseId("--gid", flags.gid),
});

const packageHint = "Names have lower-case letters, digits, +, - and dots, for example libstdc++6.";

const parsePackageName = (text: string): string => held(packageName, text, packageHint) ?? text;

function parseVariant(text: string) {
  const variant = variants.find((name) => name === text);
  if (variant) return variant;
  throw new CnbError("ARGUMENT_INVALID", `base images have no variant "${text}"`, {
    hint: `Use --variant ${variants.join(" or --variant ")}.`,
  });
}

function held(schema: v.GenericSchema<string>, text: string | undefined, hint: string): string | undefined {
  if (text === undefined) return undefined;
  const result = v.safeParse(schema, text);
  if (result.success) return text;
  throw new CnbError("ARGUMENT_INVALID", `"${text}" ${result.issues[0].message}`, { hint });
}

function pairs(flag: string, texts: readonly string[], name: v.GenericSchema<string>): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      if (equals > 0)
        return [held(name, text.slice(0, equals), "Use another name for the variable.") ?? "", text.slice(equals + 1)];
      throw new CnbError("ARGUMENT_INVALID", `${flag} ${text} is not NAME=VALUE`, {
        hint: `Write for example ${flag} STAGE=production.`,
      });
    }),
  );
}

function parseId(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const id = Number(text);
  if (/^[0-9]+$/.test(text) && id >= 1 && id < 2 ** 31) return id;
  throw new CnbError("ARGUMENT_INVALID", `${flag} ${text} is not the numeric id of an ordinary user or group`, {
    hint: "Use a number from 1 to 2147483647. Buildpacks never run as root.",
  });
}

/** The flags of `cnb base create`, as commander returns them. */
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
  /** Environment variables, as values of the form `NAME=VALUE`. */
  readonly env?: readonly string[];
  /** Labels, as values of the form `NAME=VALUE`. */
  readonly label?: readonly string[];
  readonly id?: string | undefined;
  readonly buildUid?: string | undefined;
  readonly runUid?: string | undefined;
  readonly gid?: string | undefined;
}
