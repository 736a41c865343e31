import { expect, test } from "vitest";
import { type AptSource, parseDeb822Sources, parseSourcesList } from "./apt-sources.ts";

const main = { uri: "http://mirror.example/debian", suite: "bookworm", components: ["main"] };

test.for<[string, string, AptSource[]]>([
  ["one line", "deb http://mirror.example/debian bookworm main", [main]],
  ["trailing slashes of the URI are dropped", "deb http://mirror.example/debian// bookworm main", [main]],
  [
    "several components",
    "deb http://mirror.example/debian bookworm main contrib",
    [{ ...main, components: ["main", "contrib"] }],
  ],
  [
    "comments and empty lines are skipped",
    "# deb http://x y z\n\ndeb http://mirror.example/debian bookworm main # here",
    [main],
  ],
  ["deb-src lines are skipped", "deb-src http://mirror.example/debian bookworm main", []],
  [
    "options arch and signed-by",
    "deb [ arch=amd64,arm64 signed-by=/k.gpg,/l.asc ] http://mirror.example/debian bookworm main",
    [{ ...main, architectures: ["amd64", "arm64"], signedBy: { files: ["/k.gpg", "/l.asc"], fingerprints: [] } }],
  ],
  ["flat repositories are skipped", "deb http://mirror.example/debian ./", []],
  [
    "sources on media other than http, https and file are skipped",
    "deb cdrom:[Debian 12]/ bookworm main\ndeb copy:/srv x main",
    [],
  ],
  ["a file URI", "deb file:/srv/mirror bookworm main", [{ ...main, uri: "file:/srv/mirror" }]],
])("apt sources.list is parsed: %s", ([, text, sources]) => {
  expect(parseSourcesList(text)).toEqual(sources);
});

const stanza = "Types: deb deb-src\nURIs: http://mirror.example/debian/\nSuites: bookworm\nComponents: main\n";
const armored = " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc=\n -----END PGP PUBLIC KEY BLOCK-----\n";

test.for<[string, string, AptSource[]]>([
  ["one stanza", stanza, [main]],
  [
    "several suites and URIs",
    stanza.replace("bookworm", "bookworm bookworm-updates").replace("debian/", "debian/ http://b.example"),
    [
      main,
      { ...main, suite: "bookworm-updates" },
      { ...main, uri: "http://b.example" },
      { ...main, uri: "http://b.example", suite: "bookworm-updates" },
    ],
  ],
  ["a disabled stanza is skipped", `${stanza}Enabled: no\n`, []],
  ["an enabled stanza", `${stanza}Enabled: yes\n`, [main]],
  ["a stanza of type deb-src is skipped", stanza.replace("deb deb-src", "deb-src"), []],
  ["Architectures", `${stanza}Architectures: arm64\n`, [{ ...main, architectures: ["arm64"] }]],
  [
    "Signed-By with a keyring file",
    `${stanza}Signed-By: /k.gpg\n`,
    [{ ...main, signedBy: { files: ["/k.gpg"], fingerprints: [] } }],
  ],
  [
    "Signed-By with fingerprints",
    `${stanza}Signed-By: ABCD!, ef01\n`,
    [{ ...main, signedBy: { files: [], fingerprints: ["abcd", "ef01"] } }],
  ],
  [
    "Signed-By with an embedded key",
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
])("apt .sources files are parsed: %s", ([, text, sources]) => {
  expect(parseDeb822Sources(text, "x.sources")).toEqual(sources);
});
