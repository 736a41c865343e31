import { type App, anyTable, decode, optional, string, table, UserError } from "libcnb";

/** What of package.json says how the app is started. */
export interface PackageJson {
  readonly scripts: Readonly<Record<string, string>>;
  readonly main: string | undefined;
}

const schema = table({ scripts: optional(anyTable), main: optional(string) });

/** Reads package.json; an app without one has no scripts. */
export async function readPackageJson(app: App): Promise<PackageJson> {
  if (!(await app.exists("package.json"))) return { scripts: {}, main: undefined };
  const decoding = decode(schema, await app.readJson("package.json"));
  if (decoding.issues === undefined)
    return { scripts: strings(decoding.value.scripts ?? {}), main: decoding.value.main };
  throw new UserError("PACKAGE_JSON_INVALID", "package.json does not have the form that npm demands", {
    cause: decoding.issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; "),
    hint: "Correct package.json.",
  });
}

const strings = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
