import { type App, decode, optional, string, table, UserError } from "libcnb";

const packageJson = table({ engines: optional(table({ node: optional(string) })) });

/** `engines.node` of the app's package.json; `undefined` without either. */
export async function enginesNode(app: App): Promise<string | undefined> {
  if (!(await app.exists("package.json"))) return undefined;
  const decoding = decode(packageJson, await app.readJson("package.json"));
  if (decoding.issues === undefined) return decoding.value.engines?.node;
  throw new UserError("PACKAGE_JSON_INVALID", "package.json does not have the form that npm demands", {
    cause: decoding.issues.map(({ path, message }) => `${path}: ${message}`).join("; "),
    hint: 'Write engines as a table, such as "engines": { "node": "^24" }.',
  });
}
