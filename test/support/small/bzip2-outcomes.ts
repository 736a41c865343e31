import { createHash } from "node:crypto";
import { readdirSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { decompressed } from "../../../framework/src/host/archives/decompressed.ts";

/*
 * Decompresses each bzip2 file in a directory, and prints the digest of its contents or the error. Runs on Node.js and on the
 * small engine.
 */

const [dir = ""] = process.argv.slice(2);
for (const name of readdirSync(dir).sort()) {
  const file = await open(join(dir, name));
  const hash = createHash("sha256");
  let size = 0;
  let outcome = "whole";
  try {
    for await (const chunk of await decompressed(file, "bzip2")) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    outcome = JSON.stringify([code, message]);
  } finally {
    await file.close();
  }
  writeSync(1, `${name} ${size} ${hash.digest("hex").slice(0, 16)} ${outcome}\n`);
}
