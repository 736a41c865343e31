import { expect, test } from "vitest";
import { type AptSource, parseDeb822Sources, parseSourcesList } from "./apt-sources.ts";

const main = { uri: "http://mirror.example/debian", suite: "bookworm", components: ["main"] };

test.for<[string, string, AptSource[]]>([
  ["a plain line", "deb http://mirror.example/debian bookworm main", [main]],
  ["slashes at the end", "deb http://mirror.example/debian// bookworm main", [main]],
  [
    "several components",
    "deb http://mirror.example/debian bookworm main contrib",
    [{ ...main, components: ["main", "contrib"] }],
  ],
  ["comments and empty lines", "# deb http://x y z\n\ndeb http://mirror.example/debian bookworm main # here", [main]],
  ["no source packages", "deb-src http://mirror.example/debian bookworm main", []],
  [
    "options",
    "deb [ arch=amd64,arm64 signed-by=/k.gpg,/l.asc ] http://mirror.example/debian bookworm main",
    [{ ...main, architectures: ["amd64", "arm64"], signedBy: { files: ["/k.gpg", "/l.asc"], fingerprints: [] } }],
  ],
  ["no flat repositories", "deb http://mirror.example/debian ./", []],
  ["no media that are not URLs", "deb cdrom:[Debian 12]/ bookworm main\ndeb copy:/srv x main", []],
  ["files", "deb file:/srv/mirror bookworm main", [{ ...main, uri: "file:/srv/mirror" }]],
])("apt sources.list is parsed: %s", ([, text, sources]) => {
  expect(parseSourcesList(text)).toEqual(sources);
});

const stanza = "Types: deb deb-src\nURIs: http://mirror.example/debian/\nSuites: bookworm\nComponents: main\n";
const armored = " -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc=\n -----END PGP PUBLIC KEY BLOCK-----\n";

test.for<[string, string, AptSource[]]>([
  ["a stanza", stanza, [main]],
  [
    "several suites and mirrors",
    stanza.replace("bookworm", "bookworm bookworm-updates").replace("debian/", "debian/ http://b.example"),
    [
      main,
      { ...main, suite: "bookworm-updates" },
      { ...main, uri: "http://b.example" },
      { ...main, uri: "http://b.example", suite: "bookworm-updates" },
    ],
  ],
  ["none that is disabled", `${stanza}Enabled: no\n`, []],
  ["one that is enabled", `${stanza}Enabled: yes\n`, [main]],
  ["no source packages", stanza.replace("deb deb-src", "deb-src"), []],
  ["architectures", `${stanza}Architectures: arm64\n`, [{ ...main, architectures: ["arm64"] }]],
  ["a keyring", `${stanza}Signed-By: /k.gpg\n`, [{ ...main, signedBy: { files: ["/k.gpg"], fingerprints: [] } }]],
  [
    "fingerprints",
    `${stanza}Signed-By: ABCD!, ef01\n`,
    [{ ...main, signedBy: { files: [], fingerprints: ["abcd", "ef01"] } }],
  ],
  [
    "a key",
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
