// Loads the command from the files that bundle-cnb.js writes, and caches V8's compiled code of these files. Node.js has a
// compile cache, too, but it contains only the outermost functions, because Node.js writes it before the functions run. With
// that cache, a rebase took 15 ms more.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const vm = require("node:vm");

const dir = path.join(__dirname, "..", "dist");
const place = require("node:url").pathToFileURL(path.join(dir, "cnb.js")).href;

/**
 * Loads the command.
 *
 * @param {string} kind the name of the subcommand; each has its own cache, because subcommands run different functions.
 * @returns {{ exports: object, keep(): void }} the exports of the command; `keep` writes the cache. Call `keep` after the
 *   subcommand has run, when V8 has compiled the functions that the subcommand needs.
 */
exports.loadCommand = function loadCommand(kind) {
  const codeCache = process.env.NODE_DISABLE_COMPILE_CACHE === undefined ? ownCodeCache() : undefined;
  const { often, rest } = JSON.parse(fs.readFileSync(path.join(dir, "cnb.json"), "utf8"));
  const scripts = [];
  const read = (name) => {
    const script = compiled(path.join(dir, name), codeCache && path.join(codeCache, cacheName(name, kind)));
    scripts.push(script);
    return script.run();
  };
  const load = loaderOf(read(often), () => read(rest));
  return {
    exports: load("./cnb.js"),
    keep: () => {
      for (const script of scripts) script.keep();
    },
  };
};

/**
 * Returns the directory of the cache; undefined if it cannot be used. Another user could have created a directory of this name
 * in the temporary directory. The code in it is only executed if no other user can write to the directory.
 */
function ownCodeCache() {
  const folder = path.join(os.tmpdir(), `libcnb-compiled-${process.getuid?.()}`);
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch {
    // The directory exists already, or cannot be created. In the second case, nothing is cached.
  }
  try {
    const stats = fs.lstatSync(folder);
    return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0 ? folder : undefined;
  } catch {
    return undefined; // The directory cannot be read, for example because TMPDIR belongs to the user who called su.
  }
}

/**
 * Returns a `require` function for the modules in `parts`, which are functions by name. A module's function runs once, when the
 * module is required for the first time. `readRest` reads the file with the rarely needed modules when one of them is required.
 */
function loaderOf(parts, readRest) {
  const modules = new Map();
  const load = (id) => {
    if (!id.startsWith("./cnb")) return require(id);
    const known = modules.get(id);
    if (known !== undefined) return known.exports;
    if (!(id in parts)) Object.assign(parts, readRest());
    const module = { exports: {} };
    modules.set(id, module);
    parts[id](module, module.exports, load, later, place, dir);
    return module.exports;
  };
  const later = async (id) => (id.startsWith("./cnb") ? load(id) : import(id));
  return load;
}

/** `name` contains a digest of the file, so a new version of the file gets a new cache. */
const cacheName = (name, kind) => `${name}-${kind}-${process.version}-${process.arch}`;

function compiled(file, cache) {
  const cachedData = cache && keptIn(cache);
  const script = new vm.Script(fs.readFileSync(file, "utf8"), {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  const isKept = cachedData !== undefined && script.cachedDataRejected === false;
  const mayKeep = cache !== undefined && !isKept;
  return {
    run: () => script.runInThisContext(),
    keep: () => mayKeep && replace(cache, sealed(script.createCachedData())),
  };
}

// V8 checks only the version, the flags and the length of cached code, and crashes if the rest is damaged. A digest in front of
// the code detects damage.
const digestOf = (content) => crypto.hash("sha256", content, "buffer");
const sealed = (content) => Buffer.concat([digestOf(content), content]);

function keptIn(file) {
  try {
    const kept = fs.readFileSync(file);
    const content = kept.subarray(32);
    return digestOf(content).equals(kept.subarray(0, 32)) ? content : undefined;
  } catch {
    return undefined; // The file does not exist yet.
  }
}

/** Replaces the file by a rename, because another cnb process may read it. If the file cannot be written, nothing is cached. */
function replace(file, content) {
  const draft = `${file}.${process.pid}`;
  try {
    removeAged(path.dirname(file));
    fs.writeFileSync(draft, content, { mode: 0o600 });
    fs.renameSync(draft, file);
  } catch {
    fs.rmSync(draft, { force: true });
  }
}

/** Removes files that are older than 14 days, such as those of older versions. A removed file that is still needed is recreated. */
function removeAged(folder) {
  const begin = Date.now() - 14 * 24 * 60 * 60 * 1000;
  for (const file of fs.readdirSync(folder).map((name) => path.join(folder, name)))
    if (fs.statSync(file).mtimeMs < begin) fs.rmSync(file, { force: true });
}
