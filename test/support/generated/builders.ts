import fc from "fast-check";
import { shellBuildpack } from "../pack/pack-modules.ts";
import type { Files } from "../pack/pack-world.ts";

/** A builder.toml, where HOST is the registry, and the directories that it names. */
export interface GeneratedBuilder {
  readonly toml: string;
  readonly folders: Readonly<Record<string, Files>>;
}

/** Few names, so that orders often name what is there twice or in several versions. */
const ids = ["gen/a", "gen/b", "gen/sub.c", "gen-d"];
const versions = ["1.0.0", "1.10.0", "0.0.12"];
const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((each) => !/[\p{Cc}\p{Co}\p{Cn}]/u.test(each));
const fileName = fc.stringMatching(/^[a-zA-Z0-9_. -]{1,20}$/).filter((name) => !/^[. ]|[. ]$|\.\./.test(name)); // pack takes any ".." for a way out

interface Module {
  readonly id: string;
  readonly version: string;
  readonly about: string;
  readonly files: Files;
}

/** TOML's basic strings are JSON's, where no control character is in them. */
const quoted = (value: string): string => JSON.stringify(value);

const about = fc
  .record(
    {
      name: text.map(quoted),
      description: text.map(quoted),
      homepage: fc.webUrl({ withQueryParameters: true }).map(quoted),
      keywords: fc.array(text, { maxLength: 3 }).map((list) => `[${list.map(quoted).join(", ")}]`),
      "clear-env": fc.boolean().map(String),
    },
    { requiredKeys: [] },
  )
  .map((fields) =>
    Object.entries(fields)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(""),
  );

const licenses = fc
  .array(fc.record({ type: text, uri: text }, { requiredKeys: [] }), { maxLength: 2 })
  .map((list) => list.map((fields) => `[[buildpack.licenses]]\n${fieldsOf(fields)}`).join(""));

const targets = fc.constantFrom("", `[[targets]]\nos = "linux"\n`, `[[targets]]\nos = "linux"\narch = "amd64"\n`);

const fieldsOf = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name} = ${quoted(value)}\n`)
    .join("");

const module: fc.Arbitrary<Module> = fc.record({
  id: fc.constantFrom(...ids),
  version: fc.constantFrom(...versions),
  about: fc.tuple(about, licenses, targets).map((parts) => parts.join("")),
  files: fc.dictionary(
    fileName,
    fc.string({ maxLength: 600 }).map((content) => `f${content}`),
    { maxKeys: 4 },
  ),
});

const member = fc.record({ index: fc.nat(3), versioned: fc.boolean(), optional: fc.boolean() });
const groups = fc.array(fc.array(member, { minLength: 1, maxLength: 3 }), { maxLength: 3 });
const variable = fc.record({
  name: fc.constantFrom("ONE", "TWO", "PATH"),
  value: text,
  suffix: fc.constantFrom("", "default", "override", "append", "prepend"),
});

/** Builders of some buildpacks of one version each, that pack accepts. */
export const generatedBuilders: fc.Arbitrary<GeneratedBuilder> = fc
  .record({
    description: text,
    modules: fc.uniqueArray(module, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
    groups,
    system: fc.array(member, { maxLength: 2 }),
    variables: fc.uniqueArray(variable, { maxLength: 3, selector: ({ name }) => name }),
    mirrors: fc.array(fc.constantFrom("HOST/mirror/a:1", "HOST/mirror/b:1"), { maxLength: 2 }),
    stack: fc.boolean(),
  })
  .map(({ modules, ...rest }) => ({
    toml: builderToml(modules, rest),
    folders: Object.fromEntries(modules.map((each) => [folderOf(each), filesOf(each)])),
  }));

const folderOf = ({ id }: Module): string => id.replaceAll("/", "-");
const filesOf = ({ id, version, about: more, files }: Module): Files => shellBuildpack(id, version, more, files);

interface Settings {
  readonly description: string;
  readonly groups: readonly (readonly Member[])[];
  readonly system: readonly Member[];
  readonly variables: readonly { readonly name: string; readonly value: string; readonly suffix: string }[];
  readonly mirrors: readonly string[];
  readonly stack: boolean;
}

interface Member {
  readonly index: number;
  readonly versioned: boolean;
  readonly optional: boolean;
}

function builderToml(modules: readonly Module[], settings: Settings): string {
  const { description, groups: order, system, variables, mirrors, stack } = settings;
  const members = (list: readonly Member[]) => `[${list.map((each) => memberOf(modules, each)).join(", ")}]`;
  const image = stack ? "HOST/base/stack:1" : "HOST/base/build:1";
  const parts = [
    `description = ${quoted(description)}\n`,
    ...modules.map((each) => `[[buildpacks]]\nuri = ${quoted(folderOf(each))}\n`),
    ...order.map((group) => `[[order]]\ngroup = ${members(group)}\n`),
    `[build]\nimage = "${image}"\n`,
    ...variables.map(({ suffix, ...rest }) => `[[build.env]]\n${fieldsOf({ ...rest, ...variableMode(suffix) })}`),
    `[[run.images]]\nimage = "${stack ? image : "HOST/base/run:1"}"\n${mirrorsOf(mirrors)}`,
    ...(stack ? [`[stack]\nid = "test.stack"\nbuild-image = "${image}"\nrun-image = "${image}"\n`] : []),
    ...(system.length > 0 ? [`[system.pre]\nbuildpacks = ${members(system)}\n`] : []),
  ];
  return parts.join("");
}

/** Go tells an empty list from none, and pack's label shows it; nobody else does. */
const mirrorsOf = (mirrors: readonly string[]): string =>
  mirrors.length > 0 ? `mirrors = ${JSON.stringify(mirrors)}\n` : "";

const variableMode = (suffix: string): object =>
  suffix === "append" || suffix === "prepend" ? { suffix, delim: ":" } : { suffix };

function memberOf(modules: readonly Module[], { index, versioned, optional }: Member): string {
  const { id, version } = modules[index % modules.length] as Module;
  return `{ id = ${quoted(id)}${versioned ? `, version = ${quoted(version)}` : ""}, optional = ${optional} }`;
}
