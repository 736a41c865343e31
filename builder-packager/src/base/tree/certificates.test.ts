import { expect, test } from "vitest";
import { addCertificates } from "./certificates.ts";
import { type FileTree, put, symlink, textFile } from "./file-tree.ts";

const pem = (name: string): string => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;
const command = "usr/sbin/update-ca-certificates";
const bundle = "etc/ssl/certs/ca-certificates.crt";
const shipped = {
  "usr/share/ca-certificates/mozilla/B.crt": pem("B"),
  "usr/share/ca-certificates/mozilla/A (1).crt": pem("A"),
};

/** The files in a tree that adding certificates created. */
function added(files: Readonly<Record<string, string>>, given: readonly string[] = []): Record<string, string> {
  const tree: FileTree = new Map();
  for (const [path, text] of Object.entries(files)) put(tree, path, textFile(text));
  put(tree, "usr/bin/link", symlink("nowhere"));
  addCertificates(tree, given);
  return Object.fromEntries(
    [...tree].flatMap(([path, node]) => {
      if (node.type === "symlink") return path === "usr/bin/link" ? [] : [[path, `-> ${node.target}`]];
      if (node.type !== "file" || files[path] === String(node.content)) return [];
      return [[path, String(node.content)]];
    }),
  );
}

const names = (files: Readonly<Record<string, string>>) => Object.keys(files).sort();

test("in an image without update-ca-certificates, certificates are only in the bundle and not in files of their own", () => {
  expect(added(shipped)).toEqual({
    [bundle]: pem("A") + pem("B"),
    "usr/lib/ssl/cert.pem": `-> /${bundle}`,
  });
});

test("an image with update-ca-certificates gets its configuration file and hash links", () => {
  expect(added({ ...shipped, [command]: "#!/bin/sh" })).toEqual({
    [bundle]: pem("A") + pem("B"),
    "usr/lib/ssl/cert.pem": `-> /${bundle}`,
    "etc/ca-certificates.conf": "mozilla/A (1).crt\nmozilla/B.crt\n",
    "etc/ssl/certs/A_=1=.pem": "-> /usr/share/ca-certificates/mozilla/A (1).crt",
    "etc/ssl/certs/B.pem": "-> /usr/share/ca-certificates/mozilla/B.crt",
  });
});

test("update-ca-certificates keeps certificates from the plan, each in its own file", () => {
  const files = added({ ...shipped, [command]: "#!/bin/sh" }, [`comment\n${pem("C")}\n${pem("D")}`, pem("C")]);
  const local = names(files).filter((path) => path.startsWith("usr/local/share/ca-certificates/"));
  expect(local.map((path) => files[path]).sort()).toEqual([pem("C"), pem("D")]);
  expect(files[bundle]).toBe(pem("A") + pem("B") + local.map((path) => files[path]).join(""));
  expect(names(files).filter((path) => path.startsWith("etc/ssl/certs/"))).toHaveLength(5);
});

test("certificates that are only in the single file of an extended image are also written to files of their own", () => {
  const files = added({ ...shipped, [command]: "#!/bin/sh", [bundle]: pem("Z") + pem("A") });
  const local = names(files).filter((path) => path.startsWith("usr/local/"));
  expect(local.map((path) => files[path])).toEqual([pem("Z")]);
  expect(files[bundle]).toBe(pem("Z") + pem("A") + pem("B"));
});

test("a certificate that ca-certificates.conf of an extended image deselects is not added", () => {
  const files = {
    ...shipped,
    [command]: "#!/bin/sh",
    "etc/ca-certificates.conf": "mozilla/A (1).crt\n!mozilla/B.crt\n",
  };
  expect(names(added(files))).toEqual(["etc/ssl/certs/A_=1=.pem", bundle, "usr/lib/ssl/cert.pem"]);
  expect(added(files)[bundle]).toBe(pem("A"));
});

test("an image without certificates gets no certificate files", () => {
  expect(added({ [command]: "#!/bin/sh" })).toEqual({});
});
