// @needs go
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { goModule } from "../lifecycle/go-module.ts";

const shipwright = "github.com/shipwright-io/build@v0.19.0";

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly [key: string]: unknown;
}

interface Version {
  readonly name: string;
  readonly schema: { readonly openAPIV3Schema: Schema };
}

/** Returns a function that lists the errors of an object by the CRDs of Shipwright, as an API server finds them. */
export async function shipwrightErrors(): Promise<(value: { readonly kind: string }) => readonly string[]> {
  const dir = await goModule(shipwright);
  const kinds = { ClusterBuildStrategy: "clusterbuildstrategies", Build: "builds" };
  const checks = await Promise.all(
    Object.entries(kinds).map(async ([kind, plural]) => {
      const { spec } = parse(await readFile(join(dir, `deploy/crds/shipwright.io_${plural}.yaml`), "utf8"));
      const version = (spec.versions as readonly Version[]).find(({ name }) => name === "v1beta1");
      if (version === undefined) throw new Error(`the CRD ${plural} has no version v1beta1`);
      const { metadata: _, ...properties } = version.schema.openAPIV3Schema.properties ?? {};
      const schema = strict({ ...version.schema.openAPIV3Schema, properties: { ...properties, metadata: {} } });
      return [kind, new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema)] as const;
    }),
  );
  const validators = new Map<string, (typeof checks)[number][1]>(checks);
  return (value) => {
    const validate = validators.get(value.kind);
    if (validate === undefined) return [`no CRD of Shipwright has the kind ${value.kind}`];
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, params["additionalProperty"]].filter((part) => part !== undefined).join(" "),
    );
  };
}

/** With strict field validation, an API server refuses a field that a schema does not list. */
function strict(schema: Schema): Schema {
  const properties =
    schema.properties &&
    Object.fromEntries(Object.entries(schema.properties).map(([name, each]) => [name, strict(each)]));
  const isOpen = schema["x-kubernetes-preserve-unknown-fields"] === true || schema.additionalProperties !== undefined;
  return {
    ...schema,
    ...(properties && { properties }),
    ...(schema.items && { items: strict(schema.items) }),
    ...(typeof schema.additionalProperties === "object" && {
      additionalProperties: strict(schema.additionalProperties),
    }),
    ...(properties && !isOpen && { additionalProperties: false }),
  };
}
