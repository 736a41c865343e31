"use strict";
const { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } = require("fs");
const { tmpdir } = require("os");
const { join } = require("path");
const { textAt } = require("./kernel-file.cjs");

const largest = 1024 ** 2;
const most = 1000;

/**
 * The file for NODE_EXTRA_CA_CERTS with the certificates of the bindings of the type `ca-certificates`; undefined without any. One file is used where
 * it is, so that nothing is written; several are joined in a temporary directory.
 *
 * @param dir the directory of bindings
 */
function certificateFile(dir, warn, temporaryDirs = [tmpdir(), "/dev/shm"]) {
  const found = namesIn(dir).flatMap((name) => certificatesOf(join(dir, name), warn));
  const [first] = found;
  if (found.length < 2 && (first === undefined || first.isText)) return first && first.path;
  return written(found.map(({ pem }) => pem).join("\n"), temporaryDirs) || without(found, warn);
}

function certificatesOf(binding, warn) {
  const isOfType = (file) => (textAt(join(binding, file)) || "").toLowerCase() === "ca-certificates";
  // the second one is the layout of the first, deprecated, extension for bindings
  const entries = isOfType("type") ? binding : isOfType("metadata/kind") ? join(binding, "secret") : undefined;
  if (entries === undefined) return [];
  const files = namesIn(entries).filter((name) => name !== "type" && name !== "provider");
  return files.flatMap((name) => certificatesAt(join(entries, name), warn));
}

function certificatesAt(path, warn) {
  try {
    const { size } = statSync(path);
    if (!statSync(path).isFile() || size > largest) return [];
    const bytes = readFileSync(path);
    // nothing but certificates: a private key that lies beside them goes nowhere
    const blocks = bytes
      .toString("latin1")
      .match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g);
    return [{ path, isText: blocks !== null, pem: blocks === null ? pemOf(bytes) : blocks.join("\n") }];
  } catch (error) {
    warn(`${path} is not used: ${error.syscall === undefined ? "it is not a certificate" : error.code}`);
    return [];
  }
}

/** The text form of a certificate in the binary one. */
function pemOf(bytes) {
  const { X509Certificate } = require("crypto");
  if (X509Certificate !== undefined) return new X509Certificate(bytes).toString().trim();
  // Node.js before 15.6 cannot check it
  const lines = bytes.toString("base64").match(/.{1,64}/g);
  return ["-----BEGIN CERTIFICATE-----"].concat(lines, "-----END CERTIFICATE-----").join("\n");
}

function written(text, dirs) {
  for (const dir of dirs) {
    try {
      const path = join(mkdtempSync(join(dir, "ca-certificates-")), "bundle.pem");
      writeFileSync(path, `${text}\n`, { flag: "wx" });
      return path;
    } catch {} // read-only: the next one
  }
  return undefined;
}

function without(found, warn) {
  const only = found.find(({ isText }) => isText);
  warn(`nothing can be written to join the certificates of bindings: only ${only ? only.path : "none"} is used`);
  return only && only.path;
}

function namesIn(dir) {
  try {
    // directories that Kubernetes swaps behind links have names with two dots
    return readdirSync(dir)
      .filter((name) => !name.startsWith(".."))
      .sort()
      .slice(0, most);
  } catch {
    return [];
  }
}

module.exports = { certificateFile };
