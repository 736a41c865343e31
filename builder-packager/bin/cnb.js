#!/usr/bin/env node
// Plain JavaScript on purpose: on an old Node it must still say what is wrong.
import { enableCompileCache } from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  console.error(`ERROR: cnb needs Node.js 22.15 or newer, this is ${process.versions.node}`);
  console.error("HINT: Inside the repository use `npx cnb`, which brings its own Node.js.");
  process.exit(3);
}
enableCompileCache?.();
const { main } = await import("../dist/cli.js");
process.exitCode = await main(process.argv.slice(2));
