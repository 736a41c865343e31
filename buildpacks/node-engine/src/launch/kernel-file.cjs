"use strict";
const { closeSync, constants, openSync, readSync } = require("fs");

/**
 * The beginning of a file as text; undefined if it cannot be read. Never waits, as reading a pipe would, and never reads more than is asked
 * for: these files are the container's, whatever lies in their place.
 */
function textAt(path, maxBytes = 4096) {
  let file;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(maxBytes);
    return buffer.toString("utf8", 0, readSync(file, buffer, 0, maxBytes, null)).trim();
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

module.exports = { textAt };
