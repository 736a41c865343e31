import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import type { JsonSchema } from "../../scripts/schemas/value-schema.ts";
import { root } from "../../support/cnb.ts";

/** The schema of a file, as the package contains it. */
export const schemaOf = (name: string): JsonSchema =>
  JSON.parse(readFileSync(join(root, `builder-packager/schemas/${name}.json`), "utf8"));

/** The check of a file by its schema. Strict mode refuses keywords that ajv does not know. */
export const validatorOf = (name: string): ValidateFunction =>
  new Ajv({ strict: true, strictRequired: false, strictTypes: false, keywords: ["x-taplo"] }).compile(schemaOf(name));
