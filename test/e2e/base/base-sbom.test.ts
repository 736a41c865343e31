// @needs debian-archive-keyring
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import addFormats2019 from "ajv-formats-draft2019";
import { beforeEach, expect, test } from "vitest";
import { root } from "../../support/cnb.ts";
import { archiveOf, created, demo, filesOf, published, type TestPackage } from "../../support/images/debian-archive.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "cnb-base-"));
  return () => rm(dir, { recursive: true, force: true });
});

// The official schemas: test/fixtures/schemas/README.md says where they are from.
const schema = (path: string) => JSON.parse(readFileSync(join(root, "test/fixtures/schemas", path), "utf8"));
const options = { strict: false, allErrors: true, formats: { string: true as const } };

test("SBOMs of base images validate against the official schemas", async () => {
  const draft07 = addFormats2019(addFormats.default(new Ajv(options)));
  draft07.addSchema(schema("cyclonedx/spdx.schema.json")).addSchema(schema("cyclonedx/jsf-0.82.schema.json"));
  const validators = {
    cdx: draft07.compile(schema("cyclonedx/bom-1.6.schema.json")),
    spdx: draft07.compile(schema("spdx/spdx-schema.json")),
    syft: addFormats.default(new Ajv2020(options)).compile(schema("syft/schema-16.1.10.json")),
  };
  const tool: TestPackage = {
    name: "tool",
    fields: "Source: tools (2)\nDepends: demo\nMaintainer: A <a@example.test>",
    entries: [],
  };
  const { run } = await created(await published(await archiveOf([demo, tool]), dir), dir, { packages: ["tool"] });
  const files = await filesOf(run);
  const errors = Object.entries(validators).map(([format, validate]) => {
    const document = JSON.parse(files[`cnb/sbom/bom.${format}.json`] ?? "");
    return validate(document) ? [] : validate.errors;
  });
  expect(errors).toEqual([[], [], []]);
});
