import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import addFormats2019 from "ajv-formats-draft2019";
import { root } from "../cnb.ts";

// The official schemas: test/fixtures/schemas/README.md says where they are from.
const schema = (path: string) => JSON.parse(readFileSync(join(root, "test/fixtures/schemas", path), "utf8"));
const options = { strict: false, allErrors: true, formats: { string: true as const } };
const draft07 = addFormats2019(addFormats.default(new Ajv(options)));
draft07.addSchema(schema("cyclonedx/spdx.schema.json")).addSchema(schema("cyclonedx/jsf-0.82.schema.json"));

/** Each format of SBOMs by the ending of its files. */
export const sbomSchemas = {
  cdx: draft07.compile(schema("cyclonedx/bom-1.6.schema.json")),
  spdx: draft07.compile(schema("spdx/spdx-schema.json")),
  syft: addFormats.default(new Ajv2020(options)).compile(schema("syft/schema-16.1.10.json")),
};

/** The errors in a document. */
export const schemaErrors = (validate: ValidateFunction, document: unknown) =>
  validate(document) ? [] : validate.errors;
