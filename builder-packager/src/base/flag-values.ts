import * as v from "valibot";
import { CnbError } from "../errors.ts";
import { locale, packageName, timeZone, variableName, variants } from "./base-toml-schema.ts";

/** Validates flags with the schema of the file. */
export const checkFlags = (flags: BaseFlags) => ({
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
  throw new CnbError("ARGUMENT_INVALID", `there is no variant "${text}" of base images`, {
    hint: `Give --variant ${variants.join(" or --variant ")}.`,
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
      if (equals > 0) return [held(name, text.slice(0, equals), "Give another name.") ?? "", text.slice(equals + 1)];
      throw new CnbError("ARGUMENT_INVALID", `${flag} ${text} is not NAME=VALUE`, {
        hint: `Write ${flag} NAME=VALUE.`,
      });
    }),
  );
}

function parseId(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const id = Number(text);
  if (/^[0-9]+$/.test(text) && id >= 1 && id < 2 ** 31) return id;
  throw new CnbError("ARGUMENT_INVALID", `${flag} ${text} is not the number of an ordinary user or group`, {
    hint: "Give a number from 1 to 2147483647; buildpacks never run as root.",
  });
}

/** The command-line options. */
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
  /** Values of the form `NAME=VALUE`. */
  readonly env?: readonly string[];
  /** Values of the form `NAME=VALUE`. */
  readonly label?: readonly string[];
  readonly id?: string | undefined;
  readonly buildUid?: string | undefined;
  readonly runUid?: string | undefined;
  readonly gid?: string | undefined;
}
