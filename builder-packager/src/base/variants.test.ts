import { beforeEach, describe, expect, test } from "vitest";
import {
  archiveDirectory,
  archiveOf,
  created,
  file,
  filesOf,
  link,
  listed,
  published,
  type RequestedPackage,
  type TestPackage,
} from "../../../test/support/images/debian-archive.ts";
import { recordingReporter } from "../reporter.ts";

let dir: string;
beforeEach(async () => {
  dir = await archiveDirectory();
});

const dash: TestPackage = {
  name: "dash",
  fields: "Essential: yes\nDepends: dpkg",
  entries: [file("bin/dash", "ELF", 0o755)],
};
const dpkg: TestPackage = { name: "dpkg", entries: [file("usr/bin/dpkg", "ELF", 0o755)] };
const busybox: TestPackage = { name: "busybox", entries: [file("bin/busybox", "ELF", 0o755)] };
const library: TestPackage = {
  name: "library",
  fields: "Multi-Arch: same\nDepends: dash",
  entries: [
    file("usr/lib/library.so", "so"),
    file("usr/bin/library-config", "#!/bin/sh\n", 0o755),
    link("usr/bin/library-link", "library-config"),
    file("usr/bin/python-script", "#!/usr/bin/env python3\n", 0o755),
    file("usr/share/library/example.sh", "#!/bin/sh\n"),
    file("etc/library.conf", "a\n"),
    file("usr/share/man/man1/library.1", "how"),
  ],
  controlFiles: [
    file("conffiles", "/etc/library.conf\nremove-on-upgrade /etc/old\n"),
    file("triggers", "activate-noawait ldconfig\n"),
    file(
      "md5sums",
      "d12b58b9b5b8a6e2d4a1c9a0a5e3d0b4  usr/lib/library.so\n0123456789abcdef0123456789abcdef  usr/share/man/man1/library.1\n",
    ),
  ],
};
const packages = [dash, dpkg, busybox, library];

const made = async (wanted: RequestedPackage) => created(await published(await archiveOf(packages), dir), dir, wanted);

const records = (files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => path.startsWith("var/lib/dpkg/")));

describe("a distroless image", () => {
  test("has no shell and no program that needs one", async () => {
    const reporter = recordingReporter();
    const { run } = await made({ packages: ["library"], flags: { variant: "distroless" }, options: { reporter } });
    const files = await filesOf(run);
    expect(Object.keys(files).filter((path) => /library|dash|dpkg|bin\/./.test(path))).toEqual([
      "etc/library.conf",
      "usr/lib/library.so",
      "usr/share/library/example.sh",
      "var/lib/dpkg/status.d/library",
      "var/lib/dpkg/status.d/library.md5sums",
    ]);
    expect(files["etc/passwd"]).toBe(
      "root:*:0:0:root:/root:/bin/sh\nnobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\ncnb:*:1002:1000::/home/cnb:/usr/sbin/nologin\n",
    );
    expect(reporter.lines.filter((line) => line.includes("Not included"))).toEqual([
      "info: Not included in the build image, where nothing runs them: usr/bin/library-config usr/bin/library-link usr/bin/python-script",
      "info: Not included in the run image, where nothing runs them: usr/bin/library-config usr/bin/library-link usr/bin/python-script",
    ]);
  });

  test("has package records for scanners that read only the image's files", async () => {
    const { run } = await made({ packages: ["library"], flags: { variant: "distroless" } });
    expect(records(await filesOf(run))).toEqual({
      "var/lib/dpkg/status.d/library":
        "Package: library\nVersion: 1.0-1\nArchitecture: amd64\nMulti-Arch: same\nDepends: dash\n",
      "var/lib/dpkg/status.d/library.md5sums": "d12b58b9b5b8a6e2d4a1c9a0a5e3d0b4  usr/lib/library.so\n",
    });
  });

  test("shares identical files with a build image that has a shell", async () => {
    const config = '[build]\nvariant = "minimal"\npackages = ["busybox"]\n[run]\nvariant = "distroless"\n';
    const { build, run } = await made({ packages: ["library"], config });
    expect(build.layers[0]?.diffId).toBe(run.layers[0]?.diffId);
    expect((await listed(build.layers[1])).filter((line) => / usr\/bin\/./.test(line))).toEqual([
      "777 0:0 usr/bin/awk -> busybox",
      "755 0:0 usr/bin/busybox",
      "755 0:0 usr/bin/dash",
      "755 0:0 usr/bin/dpkg",
      "755 0:0 usr/bin/library-config",
      "777 0:0 usr/bin/library-link -> library-config",
      "755 0:0 usr/bin/python-script",
      "777 0:0 usr/bin/sh -> dash",
    ]);
    expect((await listed(run.layers[1])).filter((line) => / usr\/bin\/./.test(line))).toEqual([]);
  });

  test.for<[string, RequestedPackage, string]>([
    [
      "a shell",
      { packages: ["busybox"] },
      "the build image cannot be distroless:\n  /usr/bin/busybox is a shell, of the package busybox\n  /usr/bin/sh is a shell",
    ],
    [
      "a package manager",
      { packages: ["library"], run: ["dpkg"] },
      "the run image cannot be distroless:\n  /usr/bin/dpkg is a package manager, of the package dpkg",
    ],
    [
      "a user's script that needs a shell",
      {
        packages: ["library"],
        loaded: {
          files: [{ path: "/usr/local/bin/x", type: "file", mode: 0o755, content: Buffer.from("#!/bin/bash -e\n") }],
        },
      },
      "the build image cannot be distroless:\n  /usr/local/bin/x needs /bin/bash, which is not in the image",
    ],
  ])("is refused if it would contain %s", async ([, wanted, message]) => {
    await expect(made({ flags: { variant: "distroless" }, ...wanted })).rejects.toMatchObject({
      code: "BASE_DISTROLESS_IMPOSSIBLE",
      message,
    });
  });
});

describe("a full image", () => {
  test("has the essential packages and dpkg's database", async () => {
    const { run } = await made({ packages: ["library"], flags: { variant: "full" } });
    const files = records(await filesOf(run));
    expect(Object.keys(files)).toEqual(
      [
        "available",
        "info/dash.list",
        "info/dash.md5sums",
        "info/dash.postinst",
        "info/dpkg.list",
        "info/dpkg.md5sums",
        "info/dpkg.postinst",
        "info/format",
        "info/library:amd64.conffiles",
        "info/library:amd64.list",
        "info/library:amd64.md5sums",
        "info/library:amd64.postinst",
        "info/library:amd64.triggers",
        "status",
      ].map((name) => `var/lib/dpkg/${name}`),
    );
    expect(files["var/lib/dpkg/status"]).toBe(
      "Package: dash\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: amd64\nEssential: yes\nDepends: dpkg\n\n" +
        "Package: dpkg\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: amd64\n\n" +
        "Package: library\nStatus: install ok installed\nVersion: 1.0-1\nArchitecture: amd64\nMulti-Arch: same\nDepends: dash\nConffiles:\n /etc/library.conf 60b725f10c9c85c70d97880dfe8191b3\n",
    );
    expect(files["var/lib/dpkg/info/dash.list"]).toBe("/.\n/bin/dash\n");
    expect(files["var/lib/dpkg/info/dash.md5sums"]).toBe("b61b2d6c6fa62903b882aaa53452c111  bin/dash\n");
    expect(files["var/lib/dpkg/info/library:amd64.list"]).not.toContain("/usr/share/man");
  });

  test("leaves out non-essential packages that are not requested", async () => {
    const { run } = await made({ packages: ["library"], flags: { variant: "full", without: ["dpkg"] } });
    const files = Object.keys(await filesOf(run)).filter((path) => path.startsWith("usr/bin/d"));
    expect(files).toEqual(["usr/bin/dash"]);
  });
});
