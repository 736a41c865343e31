import { type App, anyTable, decode, type Issue, optional, type Schema, string, table, UserError } from "libcnb";

/** `engines.node` of the app's package.json; `undefined` without either. */
export async function enginesNode(app: App): Promise<string | undefined> {
  if (!(await app.exists("package.json"))) return undefined;
  const { engines } = decoded(table({ engines: optional(anyTable) }), await app.readJson("package.json"), "");
  return decoded(table({ node: optional(string) }), engines ?? {}, "engines").node;
}

function decoded<Value>(schema: Schema<Value>, value: unknown, at: string): Value {
  const decoding = decode(schema, value, at);
  if (decoding.issues === undefined) return decoding.value;
  throw new UserError("PACKAGE_JSON_INVALID", "package.json does not have the form that npm demands", {
    cause: decoding.issues.map(sentence).join("; "),
    hint: 'Write engines as a table, such as "engines": { "node": "^24" }.',
  });
}

const sentence = ({ path, message }: Issue): string => (path === "" ? message : `${path}: ${message}`);
