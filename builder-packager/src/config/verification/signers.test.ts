import { s } from "libcnb/internal";
import { parseToml } from "libcnb/spec";
import { expect, test } from "vitest";
import { unknownKeys } from "../unknown-keys.ts";
import { signersBelow, signersFiles, signersIssues, signersKeys, signersOf, signersSchema } from "./signers.ts";

const complete = `[[identities]]
certificate-identity = "release@example.com"
certificate-oidc-issuer = "https://accounts.example.com"
trusted-root = "root.json"
`;

/** The issues of a table that names signers. */
function issuesOf(toml: string): readonly string[] {
  const table = parseToml(toml, "it.toml");
  const decoding = s.decode(signersSchema, table);
  const issues = [
    ...unknownKeys(table, signersKeys),
    ...(decoding.issues ?? signersIssues(decoding.value, "verify[0]")),
  ];
  return issues.map(({ path, message }) => `${path}: ${message}`);
}

/** The signers in a table without issues. */
function signersIn(toml: string) {
  const decoding = s.decode(signersSchema, parseToml(toml, "it.toml"));
  return decoding.issues ? expect.unreachable() : signersOf(decoding.value);
}

test.for<[string, string, readonly string[]]>([
  ["with a key has no issue", 'keys = ["a.pub"]', []],
  ["with an identity has no issue", complete, []],
  ["with a key and an identity has no issue", `keys = ["a.pub"]\n${complete}`, []],
  ["without signers is refused", "", ["verify[0]: needs keys or identities"]],
  ["with an empty list of keys is refused", "keys = []", ["verify[0].keys: expected at least one key"]],
  [
    "with an empty list of keys and an identity is refused",
    `keys = []\n${complete}`,
    ["verify[0].keys: expected at least one key"],
  ],
  [
    "with an empty list of identities is refused",
    "identities = []",
    ["verify[0].identities: expected at least one identity"],
  ],
  ["with an empty path of a key is refused", 'keys = [""]', ['keys[0]: expected the path of a public key, got ""']],
  [
    "with an identity without an issuer is refused",
    complete.replace(/certificate-oidc-issuer.*\n/, ""),
    ["identities[0].certificate-oidc-issuer: is missing"],
  ],
  [
    "with an identity without a trusted root is refused",
    complete.replace(/trusted-root.*\n/, ""),
    ["identities[0].trusted-root: is missing"],
  ],
  [
    "with an issuer without an identity is refused",
    complete.replace(/certificate-identity.*\n/, ""),
    ["identities[0].certificate-identity: is missing"],
  ],
  [
    "with a blank identity is refused",
    complete.replace("release@example.com", " "),
    ['identities[0].certificate-identity: expected the email address or the URI of a signer, got " "'],
  ],
  [
    "with a misspelled key of an identity is refused",
    `${complete}certificate-identty = "x"`,
    ["identities[0].certificate-identty: unknown key; did you mean certificate-identity?"],
  ],
])("a table of signers %s", ([, toml, issues]) => expect(issuesOf(toml)).toEqual(issues));

test("the paths of signers are relative to the directory of their file", () => {
  const signers = signersBelow("/etc/acme", signersIn(`keys = ["a.pub", "/b.pub"]\n${complete}`));
  expect(signers).toEqual({
    keys: ["/etc/acme/a.pub", "/b.pub"],
    identities: [
      {
        identity: "release@example.com",
        issuer: "https://accounts.example.com",
        trustedRoot: "/etc/acme/root.json",
      },
    ],
  });
  expect(signersFiles(signers)).toEqual(["/etc/acme/a.pub", "/b.pub", "/etc/acme/root.json"]);
});
