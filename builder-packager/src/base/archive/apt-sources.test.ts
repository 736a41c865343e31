import { expect, test } from "vitest";
import { type AptSource, parseDeb822Sources, parseSourcesList } from "./apt-sources.ts";

const main = { uri: "http://mirror.example/debian", suite: "bookworm", components: ["main"] };

test.for<[string, string, AptSource[]]>([
  ["returns one source for one deb line", "deb http://mirror.example/debian bookworm main", [main]],
  ["drops trailing slashes of the URI", "deb http://mirror.example/debian// bookworm main", [main]],
  [
    "reads several components",
    "deb http://mirror.example/debian bookworm main contrib",
    [{ ...main, components: ["main", "contrib"] }],
  ],
  [
    "skips comments and empty lines",
    "# deb http://x y z\n\ndeb http://mirror.example/debian bookworm main # here",
    [main],
  ],
  ["skips deb-src lines", "deb-src http://mirror.example/debian bookworm main", []],
  [
    "reads the options arch and signed-by",
    "deb [ arch=amd64,arm64 signed-by=/k.gpg,/l.asc ] http://mirror.example/debian bookworm main",
    [{ ...main, architectures: ["amd64", "arm64"], signedBy: { files: ["/k.gpg", "/l.asc"], fingerprints: [] } }],
  ],
  ["skips flat repositories", "deb http://mirror.example/debian ./", []],
  [
    "skips sources whose URI is not http, https or file",
    "deb cdrom:[Debian 12]/ bookworm main\ndeb copy:/srv x main",
    [],
  ],
  ["reads a file URI", "deb file:/srv/mirror bookworm main", [{ ...main, uri: "file:/srv/mirror" }]],
])("the parser of apt's sources.list %s", ([, text, sources]) => {
  expect(parseSourcesList(text)).toEqual(sources);
});

const stanza = "Types: deb deb-src\nURIs: http://mirror.example/debian/\nSuites: bookworm\nComponents: main\n";
const armored = " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc=\n -----END PGP PUBLIC KEY BLOCK-----\n";

test.for<[string, string, AptSource[]]>([
  ["returns one source for one stanza", stanza, [main]],
  [
    "returns a source for each pair of suite and URI",
    stanza.replace("bookworm", "bookworm bookworm-updates").replace("debian/", "debian/ http://b.example"),
    [
      main,
      { ...main, suite: "bookworm-updates" },
      { ...main, uri: "http://b.example" },
      { ...main, uri: "http://b.example", suite: "bookworm-updates" },
    ],
  ],
  ["skips a disabled stanza", `${stanza}Enabled: no\n`, []],
  ["reads an enabled stanza", `${stanza}Enabled: yes\n`, [main]],
  ["skips a stanza of type deb-src", stanza.replace("deb deb-src", "deb-src"), []],
  ["reads the field Architectures", `${stanza}Architectures: arm64\n`, [{ ...main, architectures: ["arm64"] }]],
  [
    "reads Signed-By with a keyring file",
    `${stanza}Signed-By: /k.gpg\n`,
    [{ ...main, signedBy: { files: ["/k.gpg"], fingerprints: [] } }],
  ],
  [
    "reads Signed-By with fingerprints",
    `${stanza}Signed-By: ABCD!, ef01\n`,
    [{ ...main, signedBy: { files: [], fingerprints: ["abcd", "ef01"] } }],
  ],
  [
    "reads Signed-By with an embedded key",
    `${stanza}Signed-By:\n${armored}`,
    [
      {
        ...main,
        signedBy: {
          files: [],
          fingerprints: [],
          armored: "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc=\n-----END PGP PUBLIC KEY BLOCK-----\n",
        },
      },
    ],
  ],
])("the parser of apt's .sources files %s", ([, text, sources]) => {
  expect(parseDeb822Sources(text, "x.sources")).toEqual(sources);
});
