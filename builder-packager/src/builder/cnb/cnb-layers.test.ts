import { expect, test } from "vitest";
import { cnbEntries, programDir } from "./cnb-layers.ts";

test.each([
  ["/usr/local/sbin:/usr/local/bin:/usr/bin:/bin", "/usr/local/bin"],
  ["/opt/tool:/usr/bin:/bin", "/usr/bin"],
  ["/bin", "/usr/local/bin"],
  ["/opt/tool", "/usr/local/bin"],
  ["", "/usr/local/bin"],
  [undefined, "/usr/local/bin"],
])("in a build image with PATH=%s, the program cnb is in %s", (path, expected) => {
  expect(programDir(path)).toBe(expected);
});

const file = (path: string, mode: 0o644 | 0o755) => ({ path, mode, content: Buffer.from(path) });

test("Node.js is in a layer of its own, and both layers have sorted entries that belong to root", () => {
  const { node, cnb } = cnbEntries(
    {
      version: "1.2.3",
      node: "24.0.0",
      nodeFiles: [file("bin/node", 0o755), file("LICENSE-NODE.txt", 0o644)],
      cnbFiles: [file("dist/cnb.json", 0o644), file("bin/cnb.js", 0o755)],
    },
    "/usr/bin",
  );
  const lines = [node, cnb].map((entries) =>
    entries.map(({ type, path, mode, uid, gid }) => `${type} ${path} ${mode.toString(8)} ${uid}:${gid}`),
  );
  expect(lines).toEqual([
    [
      "directory /opt/cnb 755 0:0",
      "file /opt/cnb/LICENSE-NODE.txt 644 0:0",
      "directory /opt/cnb/bin 755 0:0",
      "file /opt/cnb/bin/node 755 0:0",
    ],
    [
      "directory /opt/cnb 755 0:0",
      "directory /opt/cnb/bin 755 0:0",
      "file /opt/cnb/bin/cnb.js 755 0:0",
      "directory /opt/cnb/dist 755 0:0",
      "file /opt/cnb/dist/cnb.json 644 0:0",
      "file /usr/bin/cnb 755 0:0",
    ],
  ]);
});
