import { expect, test } from "vitest";
import { inventoryRules } from "./source-table.ts";

const source = (keys: string) => `[[dependency-sources]]\nid = "x"\n${keys}\n`;

test.for<[string, string, string]>([
  ["an unknown type", source('type = "npn"'), "dependency-sources[0].type"],
  [
    "no name for the type npm",
    source('type = "npm"'),
    "dependency-sources[0].name: is missing; a source of the type npm needs it",
  ],
  [
    "a name without an owner for the type github",
    source('type = "github"\nname = "jq"\nfile = "jq"'),
    'dependency-sources[0].name: expected owner/repository, got "jq"',
  ],
  [
    "a URL with the scheme ftp",
    source('type = "json"\nurl = "ftp://x"\nuri = "x"'),
    "dependency-sources[0].url: expected an https, http or file URL",
  ],
  [
    "a signature for the type npm",
    source('type = "npm"\nname = "x"\nsignature = "{url}.asc"\nkeys = "k"'),
    "dependency-sources[0].signature: is not supported here",
  ],
  [
    "more than three variables in a file name",
    source('type = "html"\nurl = "https://x.test"\nfile = "{a}{b}{c}{d}"'),
    "dependency-sources[0].file: has 4 variables; the maximum is 3",
  ],
  [
    "more than three variables in a tag",
    source('type = "npm"\nname = "x"\ntag = "{a}-{b}-{c}-{version}-{a}"'),
    "dependency-sources[0].tag: has 5 variables; the maximum is 3",
  ],
  [
    "a misspelled key",
    source('type = "npm"\nname = "x"\nversoin = "x"'),
    "dependency-sources[0].versoin: unknown key; did you mean version?",
  ],
  [
    "a limit for the type npm",
    source('type = "npm"\nname = "x"\nlimit = 5'),
    "dependency-sources[0].limit: is for sources of the type github",
  ],
  [
    "neither path nor URL of another inventory",
    source('type = "inventory"'),
    "dependency-sources[0].path: a source of the type inventory needs either path or url",
  ],
  [
    "a matrix without the values of a variable in a name",
    source('type = "npm"\nname = "{a} {b}"\nmatrix = { a = ["x"] }'),
    'dependency-sources[0].name: expected a package name, got "x {b}"',
  ],
  [
    "a matrix without the values of a variable in an id",
    '[[dependency-constraints]]\nid = "{kind}"\nconstraint = "*"\nmatrix = { a = ["x"] }\n',
    "dependency-constraints[0].id: the matrix has no values for {kind}",
  ],
  [
    "a constraint with patches = 0",
    '[[dependency-constraints]]\nid = "x"\nconstraint = "*"\npatches = 0\n',
    "dependency-constraints[0].patches: expected 1 or more",
  ],
])("inventory rules with %s are refused with the position of the error", ([, text, problem]) => {
  expect(() => inventoryRules(text, "inventory.toml")).toThrowError(
    expect.objectContaining({ code: "INVENTORY_INVALID", message: expect.stringContaining(problem) }),
  );
});

test("a source or a constraint with a matrix is expanded to one for each combination of the matrix's values", () => {
  const text = `${source('type = "npm"\nname = "{kind}-{arch}"\nmatrix = { kind = ["a", "b"] }')}
[[dependency-constraints]]
id = "{kind}-{line}"
constraint = "{line}.*"
eol-date = "2030-01-31"
matrix = { kind = ["a", "b"], line = ["1"] }
`;
  const { sources, constraints } = inventoryRules(text, "inventory.toml");
  expect(sources.map(({ name }) => name)).toEqual(["a-{arch}", "b-{arch}"]);
  expect(constraints).toEqual([
    { id: "a-1", constraint: "1.*", "eol-date": "2030-01-31" },
    { id: "b-1", constraint: "1.*", "eol-date": "2030-01-31" },
  ]);
});
