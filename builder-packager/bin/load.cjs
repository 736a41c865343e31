// Loads the command from the files of functions that bundle-cnb.js writes, and keeps what V8 makes of them. Node's own cache of
// compiled code has only the outermost functions, since it is made before they run: a rebase took 15 ms more with it.
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
 * @param {string} kind what is compiled is kept apart for each: commands need different functions.
 * @returns {{ exports: object, keep(): void }} what the command exports; `keep` is for when all that is needed has run.
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

/** The folder for compiled code. Everybody may have put some there first: what others may write into is not run. */
function ownCodeCache() {
  const folder = path.join(os.tmpdir(), `libcnb-compiled-${process.getuid?.()}`);
  try {
    fs.mkdirSync(folder, { mode: 0o700 });
  } catch {
    // there already, or it cannot be: then nothing is kept
  }
  try {
    const stats = fs.lstatSync(folder);
    return stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0 ? folder : undefined;
  } catch {
    return undefined; // not even to be looked at, such as the TMPDIR of who called su
  }
}

/** A `require` of parts, which are functions by name: each runs once, when it is asked for first. The rest of them is read late. */
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

/** The files are named after their contents, so that this is for them alone. */
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

// V8 looks at the version, the flags and the length alone, and crashes when a disk damaged the rest.
const digestOf = (content) => crypto.hash("sha256", content, "buffer");
const sealed = (content) => Buffer.concat([digestOf(content), content]);

function keptIn(file) {
  try {
    const kept = fs.readFileSync(file);
    const content = kept.subarray(32);
    return digestOf(content).equals(kept.subarray(0, 32)) ? content : undefined;
  } catch {
    return undefined; // not yet
  }
}

/** Another cnb may read it. Who cannot write keeps nothing. */
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

/** What older versions left; what is still in use is made again. */
function removeAged(folder) {
  const begin = Date.now() - 14 * 24 * 60 * 60 * 1000;
  for (const file of fs.readdirSync(folder).map((name) => path.join(folder, name)))
    if (fs.statSync(file).mtimeMs < begin) fs.rmSync(file, { force: true });
}
