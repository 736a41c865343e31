#!/usr/bin/env node
// Plain JavaScript on purpose: on an old Node.js it must still say what is wrong.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 17)) {
  console.error(`ERROR: create-buildpack needs Node.js 20.17 or newer, but this is Node.js ${process.versions.node}`);
  process.exit(3);
}
const { main } = await import("../dist/cli.js");
process.exitCode = await main(process.argv.slice(2));
