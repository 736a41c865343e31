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
      "are the host's sources with updates and security, without backports",
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
      "are limited to the requested components",
      { components: ["main", "contrib"] },
      {},
      apt.slice(0, 1),
      [chosen("http://a.example/debian", "bookworm", ["main", "contrib"])],
    ],
    [
      "are the host's archive with the requested suite if the host runs another release",
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
      "contain no duplicates if the host lists a source twice",
      {},
      {},
      [source("bookworm"), source("bookworm")],
      [chosen("http://a.example/debian", "bookworm")],
    ],
    [
      "are taken from LIBCNB_DEBIAN_MIRROR instead of the host's sources",
      {},
      { LIBCNB_DEBIAN_MIRROR: "http://b.example/" },
      apt,
      [chosen("http://b.example", "bookworm")],
    ],
    [
      "can be several mirrors in LIBCNB_DEBIAN_MIRROR",
      {},
      { LIBCNB_DEBIAN_MIRROR: "http://b.example, http://c.example bookworm-security" },
      [],
      [chosen("http://b.example", "bookworm"), chosen("http://c.example", "bookworm-security")],
    ],
    [
      "are taken from --mirror instead of LIBCNB_DEBIAN_MIRROR and the host's sources",
      { mirrors: ["file:///srv/m"] },
      { LIBCNB_DEBIAN_MIRROR: "http://b.example" },
      apt,
      [chosen("file:///srv/m", "bookworm")],
    ],
    [
      "are only the mirrors for the image's architecture",
      { mirrors: ["[arch=arm64] http://ports.example", "[arch=amd64,i386] http://b.example noble main"] },
      {},
      [],
      [chosen("http://b.example", "noble")],
    ],
    ["can be a local directory", { mirrors: ["/srv/debs/"] }, {}, [], [chosen("file:///srv/debs", "bookworm")]],
    [
      "can be a mirror with suite and components",
      { mirrors: ["http://c.example bookworm-security main contrib"] },
      {},
      apt,
      [chosen("http://c.example", "bookworm-security", ["main", "contrib"])],
    ],
  ])("%s", ([, more, env, sources, expected]) => {
    expect(chooseSources({ ...query, ...more }, env, sources)).toEqual(expected);
  });

  const hint = "Pass a mirror with --mirror URL, or set LIBCNB_DEBIAN_MIRROR.";
  test.for<[string, Partial<SourceQuery>, AptSource[], string, string, string]>([
    [
      "a host without apt configuration",
      {},
      [],
      "BASE_MIRROR_UNKNOWN",
      "no mirror is configured for the suite bookworm on amd64: the apt configuration of this host has no source for it (suites found: none)",
      hint,
    ],
    [
      "a host with only a third-party source",
      { suite: "trixie" },
      [source("stable", { uri: "http://third-party.example" })],
      "BASE_MIRROR_UNKNOWN",
      "no mirror is configured for the suite trixie on amd64: the apt configuration of this host has no source for it (suites found: stable)",
      hint,
    ],
    [
      "a host with sources for another architecture only",
      { architecture: "arm64" },
      [source("bookworm", { architectures: ["amd64"] })],
      "BASE_MIRROR_UNKNOWN",
      "no mirror is configured for the suite bookworm on arm64: the apt configuration of this host has no source for it (suites found: bookworm)",
      hint,
    ],
    [
      "a mirror that is not a URL",
      { mirrors: ["mirror.example"] },
      [],
      "ARGUMENT_INVALID",
      'the mirror "mirror.example" is neither a URL (http, https or file) nor the absolute path of a directory',
      'Write a URL such as http://HOST/debian, or the absolute path of a directory. To use the mirror for another suite, write "URL SUITE COMPONENT". In --mirror and base.toml, a path that starts with "./" is also allowed.',
    ],
  ])("cannot be chosen from %s, and the error names the reason", ([, more, sources, code, message, hint]) => {
    expect(() => chooseSources({ ...query, ...more }, {}, sources)).toThrow(
      expect.objectContaining({ code, message, hint }),
    );
  });
});
