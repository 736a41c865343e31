import { limits } from "../../../builder-packager/src/limits.ts";
import { hasSubject, ruleCodes } from "../../../builder-packager/src/policy/catalogue.ts";
import { reservedBuildpackIds, supportedBuildpackApis } from "../../../framework/src/spec/index.ts";
import type { JsonSchema } from "./value-schema.ts";

/**
 * The checks that decoders make in code, as JSON Schema. A test compares each with the decoder
 * (test/architecture/schemas).
 */
type Rules = Readonly<Record<string, JsonSchema>>;

/** A table that has this key, with a text that is not empty: to most decoders, an empty text is an absent one. */
const filled = (key: string): JsonSchema => ({ required: [key], properties: { [key]: { minLength: 1 } } });
const empty: JsonSchema = { maxLength: 0 };
const withTable = (key: string, table: JsonSchema): JsonSchema => ({ required: [key], properties: { [key]: table } });
const exactlyOne = (...keys: readonly string[]): JsonSchema => ({ oneOf: keys.map(filled) });
const pattern = (...patterns: readonly string[]): JsonSchema =>
  patterns.length === 1 ? { pattern: patterns[0] } : { allOf: patterns.map((each) => ({ pattern: each })) };

/** A pattern without regard to case, in the syntax that JavaScript and Rust share. */
const anyCase = (word: string): string => word.replaceAll(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
const schemes = (...names: readonly string[]): string =>
  `^(?:(?:${names.map(anyCase).join("|")})://|(?![A-Za-z][A-Za-z0-9+.-]*://))`;
const withoutNul = pattern("^[^\\x00]*$");

const hex = (digits: number): string => `[0-9a-fA-F]{${digits}}`;
const base64 = (characters: number): string => `[A-Za-z0-9+/]{${characters}}=*`;
const checksum = pattern(
  `^$|^\\s*${anyCase("sha")}(?:256:${hex(64)}|384:${hex(96)}|512:${hex(128)}|256-${base64(43)}|384-${base64(64)}|512-${base64(86)})\\s*$`,
);

const descriptor: Rules = {
  api: { enum: supportedBuildpackApis },
  "metadata.default-versions": { additionalProperties: { type: "string" } },
  "metadata.dependencies[].uri": pattern(`^\\s*(?:${anyCase("http")}[sS]?:|${anyCase("file")}:)|^npm:|^pypi:`),
  "metadata.dependencies[].checksum": checksum,
  "metadata.dependencies[].source-checksum": checksum,
  "metadata.dependencies[].sha256": pattern(`^$|^${hex(64)}\\s*$`),
  "metadata.dependencies[].strip-components": { minimum: 0 },
};
const freeId: JsonSchema = { not: { enum: reservedBuildpackIds } };

export const buildpackRules: Rules = {
  ...descriptor,
  "": { dependencies: { order: { properties: { targets: false, stacks: false } } } },
  "buildpack.id": freeId,
};

export const extensionRules: Rules = {
  ...descriptor,
  "": { not: { required: ["order"] } },
  "extension.id": freeId,
};

/** As `refusedLocation` of the packager. */
const location = pattern(
  "\\S",
  "^(?!(?:urn:cnb:builder|from=builder)(?::|$))",
  "^(?!urn:cnb:registry)",
  schemes("file", "http", "https", "docker"),
);
const optionalLocation: JsonSchema = { anyOf: [empty, location] };

/** The signers that a table names. */
const signers = (table: string): Rules => ({
  [table]: { anyOf: [{ required: ["keys"] }, { required: ["identities"] }] },
  [`${table}.keys`]: { minItems: 1 },
  [`${table}.identities`]: { minItems: 1 },
});
const signed: Rules = signers("verify[]");

export const packageRules: Rules = {
  "": {
    anyOf: [
      withTable("buildpack", withTable("uri", location)),
      { ...withTable("extension", withTable("uri", location)), not: { required: ["dependencies"] } },
    ],
  },
  "platform.os": { enum: ["", "linux"] },
  "dependencies[]": exactlyOne("uri", "image"),
  "dependencies[].uri": optionalLocation,
  "dependencies[].image": optionalLocation,
  ...signed,
};

const builderUri = pattern(
  schemes("file", "http", "https", "docker"),
  `^(?!${anyCase("urn")}:)`,
  `^(?!${anyCase("from")}=${anyCase("builder")})`,
);
const memberId = pattern("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", "^(?!(?:.*/)?(?:\\.|\\.\\.|__proto__)(?:/|$))");
const memberVersion = pattern("^[A-Za-z0-9._+-]*$", "^(?!(?:\\.|\\.\\.|__proto__)$)");
const members = (list: string): Rules => ({ [`${list}[].id`]: memberId, [`${list}[].version`]: memberVersion });

export const builderRules: Rules = {
  "": {
    allOf: [
      { anyOf: [withTable("build", filled("image")), withTable("stack", filled("build-image"))] },
      { anyOf: [withTable("run", withTable("images", { minItems: 1 })), withTable("stack", filled("run-image"))] },
    ],
  },
  "run.images[].image": { minLength: 1 },
  lifecycle: { not: { allOf: [filled("uri"), filled("version")] } },
  "lifecycle.uri": pattern(schemes("file", "http", "https", "docker")),
  "lifecycle.version": pattern("^$|^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$"),
  "buildpacks[]": exactlyOne("uri", "image"),
  "buildpacks[].uri": builderUri,
  "extensions[]": exactlyOne("uri", "image"),
  "extensions[].uri": builderUri,
  "order[].group": { minItems: 1 },
  ...members("order[].group"),
  "order-extensions[].group": { minItems: 1 },
  ...members("order-extensions[].group"),
  ...members("system.pre.buildpacks"),
  ...members("system.post.buildpacks"),
  "build.env[].name": pattern("^[^=/\\x00.]+$"),
  "targets[].os": { const: "linux" },
  "targets[].arch": { minLength: 1 },
  ...signed,
};

const names: JsonSchema = { propertyNames: { not: { enum: ["__proto__", "constructor", "prototype"] } } };

export const baseRules: Rules = {
  "files[]": { oneOf: ["source", "content", "link", "directory"].map((key) => ({ required: [key] })) },
  ...Object.fromEntries(
    ["", "build.", "run."].flatMap((image) => [
      [`${image}env`, names],
      [`${image}labels`, names],
    ]),
  ),
};

const purl: JsonSchema = { ...pattern("^pkg:/*[A-Za-z0-9.+*-]+/[^?#]"), maxLength: 2000 };

export const policyRules: Rules = {
  "base.allow[]": { anyOf: ["image", "digest", "top-layer"].map((key) => ({ required: [key] })) },
  ...signers("signatures"),
  "components.deny[].purl": purl,
  "components.require[].purl": purl,
  "waivers[]": {
    anyOf: [
      { required: ["subject"] },
      { properties: { rule: { enum: ruleCodes.filter((code) => !hasSubject(code)) } } },
    ],
  },
};

const variable: JsonSchema = { properties: { name: pattern("^[A-Za-z_][A-Za-z0-9_.-]*$"), value: withoutNul } };
const patterns: JsonSchema = {
  maxItems: limits.projectPatterns.most,
  items: { maxLength: limits.projectPatternCharacters.most },
};
const projectMember: JsonSchema = {
  anyOf: [filled("id"), filled("uri")],
  not: { allOf: [filled("uri"), filled("version")] },
  properties: { uri: withoutNul },
  dependencies: {
    script: { required: ["id"], properties: { id: { minLength: 1 }, uri: empty } },
  },
};
const memberRules = (list: string): Rules => ({
  [`${list}[]`]: { allOf: [projectMember] },
  [`${list}[].script.shell`]: { ...pattern("^/[^\\x00\\r\\n]+$"), maxLength: 250 },
  [`${list}[].script.inline`]: withoutNul,
});
const buildRules = (table: string): Rules => ({
  [`${table}.include`]: { allOf: [patterns] },
  [`${table}.exclude`]: { allOf: [patterns] },
});
const notBoth: JsonSchema = { dependencies: { include: { properties: { exclude: false } } } };
const license: JsonSchema = { anyOf: [filled("type"), filled("uri")] };

export const projectRules: Rules = {
  // a file without [_], or with schema-version = "0.1", has the older schema
  "": {
    additionalProperties: { type: "object" },
    if: {
      required: ["_"],
      properties: { _: { not: { properties: { "schema-version": { const: "0.1" } }, required: ["schema-version"] } } },
    },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { project: false, metadata: false, build: false } },
    else: {
      properties: {
        _: { propertyNames: { enum: ["schema-version"] } },
        io: { properties: { buildpacks: false } },
      },
    },
  },
  "_.licenses[]": license,
  "project.licenses[]": license,
  "io.buildpacks": {
    ...notBoth,
    // an older name, which is only read without the newer one
    if: withTable("build", { required: ["env"] }),
    else: { properties: { env: { properties: { build: { items: variable } } } } },
  },
  ...buildRules("io.buildpacks"),
  ...memberRules("io.buildpacks.group"),
  ...memberRules("io.buildpacks.pre.group"),
  ...memberRules("io.buildpacks.post.group"),
  "io.buildpacks.build.env[]": { allOf: [variable] },
  build: notBoth,
  ...buildRules("build"),
  ...memberRules("build.buildpacks"),
  "build.env[]": { allOf: [variable] },
};
