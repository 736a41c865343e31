import { baseTomlSchema } from "../../../builder-packager/src/base/base-toml-schema.ts";
import { builderTomlSchema } from "../../../builder-packager/src/builder/toml/builder-toml-schema.ts";
import { packageTomlSchema } from "../../../builder-packager/src/buildpackage/package-toml.ts";
import { policyTomlSchema } from "../../../builder-packager/src/policy/policy-schema.ts";
import { oldProjectTomlKeys } from "../../../builder-packager/src/project/unknown-project-keys.ts";
import { inventorySchema } from "../../../framework/src/inventory/decode.ts";
import { buildpackTomlSchema } from "../../../framework/src/spec/buildpack-toml.ts";
import { configurationsSchema } from "../../../framework/src/spec/configurations.ts";
import { extensionTomlSchema } from "../../../framework/src/spec/extension-toml.ts";
import { oldProjectTomlSchema, projectTomlSchema } from "../../../framework/src/spec/project-toml.ts";
import type { FileReference, FileTable } from "../reference/file-keys.ts";
import { files } from "../reference/files.ts";
import { described, type UnknownKeys } from "./described.ts";
import {
  baseRules,
  builderRules,
  buildpackRules,
  extensionRules,
  packageRules,
  policyRules,
  projectRules,
} from "./rules.ts";
import { type JsonSchema, valueSchema } from "./value-schema.ts";

/** The schemas of the files that users write, by the name of the file. */
export const fileSchemas: Readonly<Record<string, () => JsonSchema>> = {
  "buildpack.toml": () => descriptorSchema("buildpack.toml", buildpackTomlSchema, buildpackRules),
  "extension.toml": () => descriptorSchema("extension.toml", extensionTomlSchema, extensionRules),
  "package.toml": () =>
    strictSchema("package-toml", valueSchema(packageTomlSchema), {
      rules: packageRules,
      link: `${config}/package-config/`,
    }),
  "builder.toml": () =>
    strictSchema("builder-toml", valueSchema(builderTomlSchema), {
      rules: builderRules,
      link: `${config}/builder-config/`,
    }),
  "base.toml": () => strictSchema("base-toml", valueSchema(baseTomlSchema), { rules: baseRules }),
  "policy.toml": () => strictSchema("policy-toml", valueSchema(policyTomlSchema), { rules: policyRules }),
  "project.toml": projectSchema,
};

/** The text of a schema's file. */
export const schemaText = (name: string): string => `${JSON.stringify(fileSchemas[name]?.(), null, 2)}\n`;

/** The files of the schemas, by their path in the repository. */
export const schemaFiles = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(fileSchemas).map((name) => [`builder-packager/schemas/${name}.json`, schemaText(name)]),
  );

const config = "https://buildpacks.io/docs/reference/config";

const reference = (name: string): FileReference => {
  const file = files[name];
  if (file === undefined) throw new Error(`docs/reference has no page ${name}`);
  return file;
};

/** A URN, because it stays valid wherever the documentation is published. */
const named = (name: string, schema: JsonSchema): JsonSchema => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  $id: `urn:libcnb:schema:${name}`,
  title: name,
  ...schema,
});

type Properties = NonNullable<JsonSchema["properties"]>;

function descriptorSchema(name: string, decoder: unknown, rules: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const schema = valueSchema(decoder);
  const metadata: JsonSchema = {
    type: "object",
    properties: { ...valueSchema(configurationsSchema()).properties, ...valueSchema(inventorySchema).properties },
  };
  const { known, tables } = reference("buildpack-toml");
  const unknownKeys = (path: string): UnknownKeys => {
    if (path === "metadata") return "accepted";
    return path === "metadata.configurations" ? "refused" : "misspelt refused";
  };
  const link = name === "buildpack.toml" ? `${config}/buildpack-config/` : `${config}/extension-config/`;
  const complete: JsonSchema = { ...schema, properties: { ...schema.properties, metadata } };
  return named(name, described(complete, { tables, known, unknownKeys, link, rules }));
}

function strictSchema(
  page: string,
  schema: JsonSchema,
  { rules, link }: { readonly rules: Readonly<Record<string, JsonSchema>>; readonly link?: string },
): JsonSchema {
  const { name, known, tables } = reference(page);
  return named(name, described(schema, { tables, known, unknownKeys: () => "refused", link, rules }));
}

/** The tables of schema 0.1 and those of the newer schema with the same keys. */
const newer: Readonly<Record<string, string>> = {
  project: "_",
  "project.licenses": "_.licenses",
  build: "io.buildpacks",
  "build.buildpacks": "io.buildpacks.group",
  "build.buildpacks.script": "io.buildpacks.group.script",
  "build.env": "io.buildpacks.build.env",
};

function projectSchema(): JsonSchema {
  const { name, known, tables } = reference("project-toml");
  const current = valueSchema(projectTomlSchema).properties as Properties;
  const old = valueSchema(oldProjectTomlSchema).properties as Properties;
  const oldTables = Object.entries(newer).flatMap(([at, of]): readonly FileTable[] => {
    const table = tables.find((each) => each.at.includes(of));
    return table ? [{ ...table, at: [at] }] : [];
  });
  const metadata: FileTable = {
    heading: "",
    at: [""],
    keys: { metadata: ["table", "Any data, in a file of schema 0.1."] },
  };
  return named(
    name,
    described(
      { type: "object", properties: { ...current, ...old } },
      {
        tables: [...tables, ...oldTables, metadata],
        known: { ...known, ...oldProjectTomlKeys },
        unknownKeys: (path) => (path === "" || path === "io" ? "accepted" : "refused"),
        link: `${config}/project-descriptor/`,
        rules: projectRules,
      },
    ),
  );
}
