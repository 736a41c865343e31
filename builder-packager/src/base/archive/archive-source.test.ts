import { describe, expect, test } from "vitest";
import type { AptSource } from "./apt-sources.ts";
import { type ArchiveSource, chooseSources, type SourceQuery } from "./archive-source.ts";

const query: SourceQuery = { suite: "bookworm", components: [], architecture: "amd64", mirrors: [] };
const source = (suite: string, more: Partial<AptSource> = {}): AptSource => ({
  uri: "http://a.example/debian",
  suite,
  components: ["main"],
  ...more,
});
const apt = [
  source("bookworm"),
  source("bookworm-updates"),
  source("bookworm-backports"),
  source("bookworm-security", { uri: "http://a.example/security" }),
];
const chosen = (url: string, suite: string, components = ["main"]): ArchiveSource => ({ url, suite, components });

describe("the package sources of a base image", () => {
  test.for<[string, Partial<SourceQuery>, NodeJS.ProcessEnv, AptSource[], ArchiveSource[]]>([
    [
      "the host's sources with updates and security, without backports",
      {},
      {},
      apt,
      [
        chosen("http://a.example/debian", "bookworm"),
        chosen("http://a.example/debian", "bookworm-updates"),
        chosen("http://a.example/security", "bookworm-security"),
      ],
    ],
    [
      "the components asked for",
      { components: ["main", "contrib"] },
      {},
      apt.slice(0, 1),
      [chosen("http://a.example/debian", "bookworm", ["main", "contrib"])],
    ],
    [
      "the host's archive when the host is of another release",
      { suite: "trixie" },
      {},
      [...apt, source("nodistro", { uri: "http://third-party.example" })],
      [
        chosen("http://a.example/debian", "trixie"),
        chosen("http://a.example/debian", "trixie-updates"),
        chosen("http://a.example/security", "trixie-security"),
      ],
    ],
    [
      "a source that is named twice only once",
      {},
      {},
      [source("bookworm"), source("bookworm")],
      [chosen("http://a.example/debian", "bookworm")],
    ],
    [
      "the environment's mirror before the host's",
      {},
      { LIBCNB_DEBIAN_MIRROR: "http://b.example/" },
      apt,
      [chosen("http://b.example", "bookworm")],
    ],
    [
      "several mirrors of the environment",
      {},
      { LIBCNB_DEBIAN_MIRROR: "http://b.example, http://c.example bookworm-security" },
      [],
      [chosen("http://b.example", "bookworm"), chosen("http://c.example", "bookworm-security")],
    ],
    [
      "--mirror before all",
      { mirrors: ["file:///srv/m"] },
      { LIBCNB_DEBIAN_MIRROR: "http://b.example" },
      apt,
      [chosen("file:///srv/m", "bookworm")],
    ],
    [
      "the mirrors for the architecture",
      { mirrors: ["[arch=arm64] http://ports.example", "[arch=amd64,i386] http://b.example noble main"] },
      {},
      [],
      [chosen("http://b.example", "noble")],
    ],
    ["a folder", { mirrors: ["/srv/debs/"] }, {}, [], [chosen("file:///srv/debs", "bookworm")]],
    [
      "a mirror with suite and components",
      { mirrors: ["http://c.example bookworm-security main contrib"] },
      {},
      apt,
      [chosen("http://c.example", "bookworm-security", ["main", "contrib"])],
    ],
  ])("come from %s", ([, more, env, sources, expected]) => {
    expect(chooseSources({ ...query, ...more }, env, sources)).toEqual(expected);
  });

  const hint = "Give one with --mirror URL, or set LIBCNB_DEBIAN_MIRROR.";
  test.for<[string, Partial<SourceQuery>, AptSource[], string, string, string]>([
    [
      "no apt configuration",
      {},
      [],
      "BASE_MIRROR_UNKNOWN",
      "no mirror is known for suite bookworm, architecture amd64: this host's apt configuration does not name one (it has no source)",
      hint,
    ],
    [
      "a third party's suite",
      { suite: "trixie" },
      [source("stable", { uri: "http://third-party.example" })],
      "BASE_MIRROR_UNKNOWN",
      "no mirror is known for suite trixie, architecture amd64: this host's apt configuration does not name one (it has stable)",
      hint,
    ],
    [
      "only another architecture",
      { architecture: "arm64" },
      [source("bookworm", { architectures: ["amd64"] })],
      "BASE_MIRROR_UNKNOWN",
      "no mirror is known for suite bookworm, architecture arm64: this host's apt configuration does not name one (it has bookworm)",
      hint,
    ],
    [
      "a mirror that is not a URL",
      { mirrors: ["mirror.example"] },
      [],
      "ARGUMENT_INVALID",
      'the mirror "mirror.example" is not an http, https or file URL or a directory',
      'Write --mirror http://HOST/debian, --mirror ./FOLDER, or --mirror "URL SUITE [COMPONENT…]" for a suite on another server.',
    ],
  ])("are an error with %s", ([, more, sources, code, message, hint]) => {
    expect(() => chooseSources({ ...query, ...more }, {}, sources)).toThrow(
      expect.objectContaining({ code, message, hint }),
    );
  });
});
