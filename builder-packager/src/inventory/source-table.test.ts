import { expect, test } from "vitest";
import { inventoryRules } from "./source-table.ts";

const source = (keys: string) => `[[dependency-sources]]\nid = "x"\n${keys}\n`;

test.for<[string, string]>([
  [source('type = "npn"'), "dependency-sources[0].type"],
  [source('type = "npm"'), "dependency-sources[0].name: is missing; a source of the type npm needs it"],
  [
    source('type = "github"\nname = "jq"\nfile = "jq"'),
    'dependency-sources[0].name: expected owner/repository, got "jq"',
  ],
  [
    source('type = "json"\nurl = "ftp://x"\nuri = "x"'),
    "dependency-sources[0].url: expected an https, http or file URL",
  ],
  [
    source('type = "npm"\nname = "x"\nsignature = "{url}.asc"\nkeys = "k"'),
    "dependency-sources[0].signature: is not supported here",
  ],
  [
    source('type = "html"\nurl = "https://x.test"\nfile = "{a}{b}{c}{d}"'),
    "dependency-sources[0].file: has more than 3 variables",
  ],
  [
    source('type = "npm"\nname = "x"\nversoin = "x"'),
    "dependency-sources[0].versoin: unknown key; did you mean version?",
  ],
  [
    '[[dependency-constraints]]\nid = "x"\nconstraint = "*"\npatches = 0\n',
    "dependency-constraints[0].patches: expected 1 or more",
  ],
])("the dependency source %j is refused with the position of the error", ([text, problem]) => {
  expect(() => inventoryRules(text, "inventory.toml")).toThrowError(
    expect.objectContaining({ code: "INVENTORY_INVALID", message: expect.stringContaining(problem) }),
  );
});
