import { describe, expect, test } from "vitest";
import { type DocumentKind, type LintDocument, parseDocument } from "../document.ts";
import { applyEdits } from "../edits.ts";
import type { Problem } from "../finding.ts";
import type { Members } from "../members.ts";
import { checkBuilderMembers } from "./builder-rules.ts";
import { checkSbomFormats, undeclaredVariables, unreadVariables } from "./code-rules.ts";
import { checkDependencies, checkMembers } from "./composite-rules.ts";
import { checkDescriptor, checkMetadata } from "./descriptor-rules.ts";
import { checkInventory } from "./inventory-rules.ts";
import { missingLicense } from "./license-rules.ts";
import { checkOrder } from "./order-rules.ts";
import { checkBaseToml, checkBuilderToml, checkPackageToml, checkProjectToml } from "./platform-rules.ts";
import { checkTargets } from "./target-rules.ts";

function documentOf(text: string, kind: DocumentKind = "buildpack"): LintDocument {
  const document = parseDocument(`/x/${kind}.toml`, kind, text);
  if ("table" in document) return document;
  throw new Error(document.message);
}

const shown = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ path = "", message }) => `${path}: ${message}`);
const fixed = (text: string, problems: readonly Problem[]): string =>
  applyEdits(
    text,
    problems.flatMap(({ edits = [] }) => edits),
  );

const start = `api = "0.10"\n[buildpack]\nid = "a/b"\nversion = "1.0.0"\n`;

function descriptorOf(text: string) {
  const document = documentOf(text);
  const { descriptor } = checkDescriptor(document, "buildpack");
  if (descriptor === undefined) throw new Error("the test's descriptor is not valid");
  return { document, descriptor };
}

describe("in buildpack.toml, cnb lint", () => {
  test.for<readonly [string, string, readonly string[]]>([
    ["accepts the key buildpack.homepage", `${start}homepage = "https://example.com"\n`, []],
    [
      "reports an unknown key without a similar one, and lists the known keys",
      `${start}colour = "red"\n`,
      [
        "buildpack.colour: unknown key; the known keys are id, version, name, homepage, description, keywords, licenses, clear-env, exec-env, sbom-formats",
      ],
    ],
    [
      "accepts the author's own keys in metadata",
      `${start}[metadata]\nmy-key = 1\n[[metadata.dependencies]]\nid = "x"\nmine = true\n`,
      [],
    ],
    [
      "reports a misspelled key of a dependency",
      `${start}[[metadata.dependencies]]\nchecksun = "x"\n`,
      ["metadata.dependencies[0].checksun: unknown key; did you mean checksum?"],
    ],
    [
      "reports a misspelled key of a configuration",
      `${start}[[metadata.configurations]]\nnames = "BP_X"\n`,
      ["metadata.configurations[0].names: unknown key; did you mean name?"],
    ],
    [
      "reports a version with only one number",
      `api = "0.10"\n[buildpack]\nid = "a/b"\nversion = "1"\n`,
      ['buildpack.version: expected a version X.Y.Z, got "1"'],
    ],
  ])("%s", ([, text, expected]) =>
    expect(shown(checkDescriptor(documentOf(text), "buildpack").problems)).toEqual(expected),
  );

  test("does not correct a misspelled key if the correct key also exists", () => {
    const text = `${start}versoin = "2.0.0"\n`;
    expect(fixed(text, checkDescriptor(documentOf(text), "buildpack").problems)).toBe(text);
  });

  test("reports each unknown key of [[metadata.configurations]] as an error in a TypeScript buildpack", () => {
    const { document, descriptor } = descriptorOf(`${start}[[metadata.configurations]]\nname = "BP_X"\ncolour = 1\n`);
    expect(checkMetadata(document, descriptor)).toMatchObject([
      { rule: "unknown-key", severity: "error", path: "metadata.configurations[0].colour" },
    ]);
  });

  test("reports a Buildpack API that libcnb does not implement for a TypeScript buildpack", () => {
    const { document, descriptor } = descriptorOf(start.replace("0.10", "0.5"));
    expect(shown(checkMetadata(document, descriptor))).toEqual([
      'api: libcnb does not implement Buildpack API "0.5", only 0.10, 0.11, 0.12',
    ]);
  });
});

describe("cnb lint", () => {
  test.for<
    readonly [
      string,
      DocumentKind,
      string,
      (document: LintDocument) => { readonly problems: readonly Problem[] },
      readonly string[],
    ]
  >([
    ["accepts a package.toml with a buildpack", "package", `[buildpack]\nuri = "."\n`, checkPackageToml, []],
    [
      "reports the unknown table dependency of package.toml",
      "package",
      `[buildpack]\nuri = "."\n[[dependency]]\nuri = "x"\n`,
      checkPackageToml,
      ["dependency: unknown key; the known keys are buildpack, extension, dependencies, platform, targets, verify"],
    ],
    ["accepts a package.toml with an extension", "package", `[extension]\nuri = "."\n`, checkPackageToml, []],
    [
      "reports an empty order of builder.toml",
      "builder",
      `[[buildpacks]]\nuri = "x"\n[build]\nimage = "b"\n[[run.images]]\nimage = "r"\n`,
      checkBuilderToml,
      ["order: The order is empty: the builder detects nothing."],
    ],
    [
      "reports a misspelled key of builder.toml",
      "builder",
      `[[buildpacks]]\nurl = "x"\n[build]\nimage = "b"\n[[run.images]]\nimage = "r"\n`,
      checkBuilderToml,
      ["buildpacks[0].url: unknown key; did you mean uri?"],
    ],
    [
      "reports a misspelled key of base.toml",
      "base",
      `packages = ["curl"]\nsuit = "bookworm"\n`,
      checkBaseToml,
      ["suit: unknown key; did you mean suite?"],
    ],
    [
      "reports a misspelled key of project.toml",
      "project",
      `[_]\nschema-version = "0.2"\n[io.buildpacks]\nbulder = "x"\n`,
      checkProjectToml,
      ["io.buildpacks.bulder: unknown key; did you mean builder?"],
    ],
    [
      "accepts tables of other tools in project.toml",
      "project",
      `[_]\nschema-version = "0.2"\n[com.example]\nmine = 1\n`,
      checkProjectToml,
      [],
    ],
  ])("%s", ([, kind, text, check, expected]) =>
    expect(shown(check(documentOf(text, kind)).problems)).toEqual(expected),
  );
});

describe("for targets in buildpack.toml, cnb lint", () => {
  const inTable = (lines: string) => `${start}${lines}`;
  const amd64 = `[[targets]]\nos = "linux"\narch = "amd64"\n`;
  const ubuntu = `[[targets.distros]]\nname = "ubuntu"\nversion = "24.04"\n`;

  test.for<readonly [string, string, readonly string[], string | undefined]>([
    ["accepts a single target", amd64, [], undefined],
    ["removes a repeated target", `${amd64}${amd64}`, ["targets[1]: targets[0] covers this target"], amd64],
    [
      "removes a target that a more general target covers",
      `[[targets]]\nos = "linux"\n\n${amd64}${ubuntu}`,
      ["targets[1]: targets[0] covers this target"],
      `[[targets]]\nos = "linux"\n`,
    ],
    [
      "removes a repeated target but not the comment and the tables after it",
      `${amd64}${amd64}\n# about the metadata\n[metadata."a b"]\nc = 1\n[metadata.d]\n`,
      ["targets[1]: targets[0] covers this target"],
      `${amd64}# about the metadata\n[metadata."a b"]\nc = 1\n[metadata.d]\n`,
    ],
    ["accepts a general target after a more specific one", `${amd64}${ubuntu}${amd64}`, [], undefined],
    [
      "corrects names of an operating system and an architecture that have another spelling",
      `[[targets]]\nos = "Linux"\narch = "aarch64"\n`,
      [
        'targets[0].os: no operating system has the name "Linux"; write "linux"',
        'targets[0].arch: no architecture has the name "aarch64"; write "arm64"',
      ],
      `[[targets]]\nos = "linux"\narch = "arm64"\n`,
    ],
    [
      "reports an unknown architecture",
      `[[targets]]\narch = "z80"\n`,
      ['targets[0].arch: no architecture has the name "z80"'],
      undefined,
    ],
    [
      "corrects the name of a distribution that has another spelling",
      `${amd64}[[targets.distros]]\nname = "Ubuntu"\n`,
      ['targets[0].distros[0].name: no distribution has the name "Ubuntu"; write "ubuntu"'],
      `${amd64}[[targets.distros]]\nname = "ubuntu"\n`,
    ],
    ["accepts a target for Windows", `[[targets]]\nos = "windows"\narch = "amd64"\n`, [], undefined],
  ])("%s", ([, lines, expected, correction]) => {
    const text = inTable(lines);
    const { document, descriptor } = descriptorOf(text);
    const problems = checkTargets(document, descriptor.targets);
    expect(shown(problems)).toEqual(expected);
    expect(fixed(text, problems)).toBe(inTable(correction ?? lines));
  });

  test("reports a target that a TypeScript buildpack cannot be compiled for", () => {
    const { document, descriptor } = descriptorOf(inTable(`[[targets]]\nos = "windows"\narch = "amd64"\n`));
    expect(shown(checkTargets(document, descriptor.targets, { isTypeScript: true }))).toEqual([
      "targets[0]: TypeScript cannot be compiled for windows/amd64, only for linux/amd64 and linux/arm64",
    ]);
  });
});

describe("for cnb lint, an order", () => {
  const a = { id: "x/a", version: "1.0.0", optional: false };
  const b = { id: "x/b", version: "1.0.0", optional: false };
  const maybe = <Member extends object>(member: Member) => ({ ...member, optional: true });
  const linux = [{ os: "linux", arch: "amd64" }];
  const noble = [{ os: "linux", distros: [{ name: "ubuntu", version: "24.04" }] }];
  const jammy = [{ os: "linux", distros: [{ name: "ubuntu", version: "22.04" }] }];

  test.for<
    readonly [
      string,
      Parameters<typeof checkOrder>[0],
      Readonly<Record<string, typeof linux | typeof noble>>,
      readonly string[],
    ]
  >([
    ["with different groups has no problems", [[a, b], [a], [b, a]], {}, []],
    ["with an empty group is reported", [[]], {}, ["order[0].group: the group is empty and never passes"]],
    [
      "with a repeated group is reported",
      [
        [a, b],
        [a, b],
      ],
      {},
      ["order[1]: order[0] passes whenever this group would pass, so it is never selected"],
    ],
    [
      "with a stricter later group is reported",
      [
        [a, maybe(b)],
        [a, b],
      ],
      {},
      ["order[1]: order[0] passes whenever this group would pass, so it is never selected"],
    ],
    [
      "with a looser later group has no problems",
      [
        [a, b],
        [a, maybe(b)],
      ],
      {},
      [],
    ],
    [
      "with a repeated member is reported",
      [[a, b, a]],
      {},
      ["order[0].group[2]: x/a is already group[0], so this entry is skipped"],
    ],
    ["of members with a common target has no problems", [[a, b]], { "x/a": linux, "x/b": noble }, []],
    [
      "of members without a common target is reported",
      [[a, b]],
      { "x/a": noble, "x/b": jammy },
      ["order[0]: x/a, x/b have no target in common"],
    ],
    [
      "whose member without a common target is optional has no problems",
      [[a, maybe(b)]],
      { "x/a": noble, "x/b": jammy },
      [],
    ],
  ])("%s", ([, groups, targets, expected]) =>
    expect(shown(checkOrder(groups, "order", ({ id }) => targets[id]))).toEqual(expected),
  );
});

const membersOf = (versions: Readonly<Record<string, readonly string[]>>, isOpen = false): Members => ({
  dependencies: Object.entries(versions).map(([id, [version = ""]]) => ({ id, version })),
  versions: new Map(Object.entries(versions)),
  nested: [],
  targets: new Map(),
  files: [],
  isOpen,
});

describe("for cnb lint, a composite buildpack", () => {
  const member = (id: string, version?: string) =>
    `[[order.group]]\nid = "${id}"\n${version === undefined ? "" : `version = "${version}"\n`}`;

  test.for<readonly [string, string, Members, readonly string[], string | undefined]>([
    [
      "whose order matches its dependencies has no problems",
      member("x/a", "1.0.0"),
      membersOf({ "x/a": ["1.0.0"] }),
      [],
      undefined,
    ],
    [
      "whose order has a version that differs from the dependency's is corrected",
      member("x/a", "0.1.0"),
      membersOf({ "x/a": ["1.0.0"] }),
      ["order[0].group[0].version: x/a has the version 1.0.0 in package.toml, not 0.1.0"],
      member("x/a", "1.0.0"),
    ],
    [
      "whose order has a member without a version is corrected",
      member("x/a"),
      membersOf({ "x/a": ["1.0.0"] }),
      ["order[0].group[0]: the member has no version; package.toml has 1.0.0"],
      member("x/a", "1.0.0"),
    ],
    [
      "whose order has a member without a version and without a dependency is reported",
      member("x/a"),
      membersOf({}),
      ["order[0].group[0]: the member has no version"],
      undefined,
    ],
    [
      "whose order has neither of the two versions of a dependency is reported but not corrected",
      member("x/a", "0.1.0"),
      membersOf({ "x/a": ["1.0.0", "2.0.0"] }),
      ["order[0].group[0].version: x/a has the version 1.0.0 or 2.0.0 in package.toml, not 0.1.0"],
      undefined,
    ],
    [
      "whose order has a member without a dependency is reported",
      member("x/a", "1.0.0"),
      membersOf({}),
      ["order[0].group[0].id: no dependency in package.toml is x/a"],
      undefined,
    ],
    ["with an image as a dependency has no problems", member("x/a", "1.0.0"), membersOf({}, true), [], undefined],
    [
      "that is a member of itself is reported",
      member("a/b", "1.0.0"),
      membersOf({}),
      ["order[0].group[0].id: a/b is a member of itself"],
      undefined,
    ],
  ])("%s", ([, group, members, expected, correction]) => {
    const text = `${start}[[order]]\n${group}`;
    const { document, descriptor } = descriptorOf(text);
    const problems = checkMembers({ id: "a/b", document, order: descriptor.order, members });
    expect(shown(problems)).toEqual(expected);
    expect(fixed(text, problems)).toBe(`${start}[[order]]\n${correction ?? group}`);
  });

  test("with a dependency that no order names, or that does not exist, is reported", () => {
    const members = {
      ...membersOf({ "x/a": ["1.0.0"] }),
      dependencies: [{ id: "x/a", version: "1.0.0" }, { reason: "gone" }, undefined],
    };
    const packageToml = { uri: ".", dependencies: ["a", "b", "docker://c"], targets: [], verify: [] };
    expect(shown(checkDependencies(packageToml, { order: [], members }))).toEqual([
      "dependencies[0]: no order names x/a (a)",
      "dependencies[1]: gone",
    ]);
  });
});

describe("for cnb lint, the order of a builder", () => {
  test("is reported if it names a buildpack that the builder lacks or leaves out a buildpack", () => {
    const order = [
      [
        { id: "x/a", version: "2.0.0" },
        { id: "x/c", version: undefined },
      ],
    ];
    const members = membersOf({ "x/a": ["1.0.0"], "x/b": ["1.0.0"] });
    expect(shown(checkBuilderMembers({ order, system: [] }, members))).toEqual([
      "order[0].group[0].version: x/a has the version 1.0.0 in [[buildpacks]], not 2.0.0",
      "order[0].group[1].id: none of the [[buildpacks]] is x/c",
      "buildpacks[1]: no order names x/b",
    ]);
  });

  test("may leave out a buildpack that [system] names", () => {
    const order = [[{ id: "x/a", version: undefined }]];
    const members = membersOf({ "x/a": ["1.0.0"], "x/b": ["1.0.0"] });
    expect(shown(checkBuilderMembers({ order, system: [{ id: "x/b" }] }, members))).toEqual([]);
  });
});

describe("for cnb lint, an inventory", () => {
  const release = (version: string, more = "") =>
    `[[metadata.dependencies]]\nid = "t"\nversion = "${version}"\nuri = "https://x.test/${version}"\nsha256 = "${"0".repeat(64)}"\nlicenses = ["MIT"]\n${more}`;
  const check = (text: string) => {
    const { document, descriptor } = descriptorOf(`${start}[[targets]]\nos = "linux"\narch = "amd64"\n${text}`);
    return shown(checkInventory(document, { targets: descriptor.targets, now: Date.parse("2026-11-25") }));
  };

  test.for<readonly [readonly string[]]>([
    [["1.2.0", "1.10.0", "2.0.0-rc.1", "2.0.0", "2.0.0+1"]],
    [["2.0.0", "1.10.0", "1.2.0"]],
    [["21.0.12+8", "21.0.12.1+1", "22"]],
  ])("with the versions %j in this order has no problems", ([versions]) =>
    expect(check(versions.map((version) => release(version)).join(""))).toEqual([]),
  );

  test.for<readonly [readonly string[], readonly string[]]>([
    [
      ["1.10.0", "1.2.0", "1.3.0"],
      ["metadata.dependencies[2].version: t 1.3.0 is out of order; the releases before it are sorted, newest first"],
    ],
    [
      ["1.2.0", "1.3.0", "1.2.5"],
      ["metadata.dependencies[2].version: t 1.2.5 is out of order; the releases before it are sorted, oldest first"],
    ],
  ])("with the versions %j in this order has the problems %j", ([versions, expected]) =>
    expect(check(versions.map((version) => release(version)).join(""))).toEqual(expected),
  );

  test.for<readonly [string, string, readonly string[]]>([
    ["of any architecture has no problems", release("1.0.0"), []],
    [
      "without a release for the architecture of a target is reported",
      release("1.0.0", `arch = "arm64"\n`),
      ["metadata.dependencies[0]: t 1 has no release for linux/amd64"],
    ],
    [
      "with two releases for different purposes has no problems",
      release("1.0.0", `mine = "a"\n`) + release("1.0.0", `mine = "b"\n`),
      [],
    ],
    [
      "with a duplicate release is reported",
      release("1.0.0") + release("1.0.0"),
      ["metadata.dependencies[1]: metadata.dependencies[0] is t 1.0.0 for the same platform"],
    ],
    [
      "with a release that reaches its end of life in a week is reported",
      release("1.0.0", "eol-date = 2026-12-01\n"),
      ["metadata.dependencies[0]: t 1.0.0 reaches its end of life on 2026-12-01, in 6 days. Move to a newer version."],
    ],
    [
      "with an unknown licence is reported",
      release("1.0.0").replace("MIT", "My own"),
      [
        'metadata.dependencies[0].licenses[0]: "My own" is not an SPDX identifier or expression; write LicenseRef-NAME, or add its uri',
      ],
    ],
    ["with an SPDX expression as licence has no problems", release("1.0.0").replace("MIT", "MIT OR LicenseRef-x"), []],
  ])("%s", ([, text, expected]) => expect(check(text)).toEqual(expected));
});

describe("for cnb lint, a missing licence in buildpack.toml", () => {
  test("is copied from package.json to a place after the buildpack's table", () => {
    const text = `${start}\n# the platforms\n[[targets]]\nos = "linux"\n`;
    const problems = missingLicense(documentOf(text), { kind: "buildpack", licenses: [], own: "Apache-2.0" });
    expect(fixed(text, problems)).toBe(
      `${start}\n[[buildpack.licenses]]\ntype = "Apache-2.0"\n\n# the platforms\n[[targets]]\nos = "linux"\n`,
    );
  });

  test("is not added if package.json has no licence", () => {
    expect(missingLicense(documentOf(start), { kind: "buildpack", licenses: [], own: undefined })[0]?.edits).toEqual(
      [],
    );
  });
});

describe("for the code of a buildpack, cnb lint", () => {
  const codeOf = (text: string, isModule = true) => ({
    files: [{ name: "src/b.ts", path: "/x/src/b.ts", text, isModule }],
    errors: [],
    isComplete: true,
  });

  const undeclared = (line: number, column: number) => ({
    unread: [],
    undeclared: [`${line}:${column} reads BP_B, which [[metadata.configurations]] does not declare`],
  });
  const nothing = { unread: [], undeclared: [] };
  const asVariables = (names: readonly string[]) => names.map((name) => ({ name }));

  test.for<
    readonly [
      string,
      string,
      readonly string[],
      { readonly unread: readonly string[]; readonly undeclared: readonly string[] },
    ]
  >([
    ["accepts a declared variable of a config schema", "config: { BP_A: s.string }", ["BP_A"], nothing],
    [
      "reports an undeclared variable of a config schema, but no keys of its tables",
      "config: { BP_A: s.table({ BP_INNER: s.string }), BP_B: s.string }",
      ["BP_A"],
      undeclared(1, 50),
    ],
    ["accepts a declared variable that is read from config", "\n\nconfig.BP_B", ["BP_B"], nothing],
    ["reports an undeclared variable that is read from config", "\n\nconfig.BP_B", [], undeclared(3, 8)],
    [
      "reports an undeclared variable that is destructured from config",
      "async build({ config: { BP_B: text } }) {}",
      [],
      undeclared(1, 25),
    ],
    ["ignores variables in comments", "// config.BP_B\n/* config.BP_C */", [], nothing],
    [
      "accepts a declared variable whose name starts with a template in the code",
      "const name = `BP_TOOL_$" + "{x}`",
      ["BP_TOOL_VERSION"],
      nothing,
    ],
    [
      "reports a declared variable that the code does not read",
      "other.config.BP",
      ["BP_A"],
      { unread: ["metadata.configurations[0].name: nothing in the package reads BP_A"], undeclared: [] },
    ],
  ])("%s", ([, text, names, expected]) =>
    expect({
      unread: shown(unreadVariables(asVariables(names), codeOf(text))),
      undeclared: undeclaredVariables(asVariables(names), codeOf(text)).map(
        ({ line, column, message }) => `${line}:${column} ${message}`,
      ),
    }).toEqual(expected),
  );

  test("reports a missing SBOM format in sbom-formats if a script writes an SBOM", () => {
    const script = codeOf(`echo {} > "$1/launch.sbom.cdx.json"`, false);
    expect(shown(checkSbomFormats(documentOf(start), [], script))).toEqual([
      "buildpack.sbom-formats: is missing, but src/b.ts creates SBOMs",
    ]);
    expect(shown(checkSbomFormats(documentOf(start), ["application/json"], script))).toEqual([
      'buildpack.sbom-formats[0]: "application/json" is not a media type of the specification: application/vnd.cyclonedx+json, application/spdx+json, application/vnd.syft+json',
    ]);
  });
});
