"use strict";
const { writeSync } = require("fs");
const { availableParallelism, cpus, totalmem } = require("os");
const { join } = require("path");
const { certificateFile } = require("./certificates.cjs");
const { limits } = require("./control-groups.cjs");
const { debugOptions } = require("./debug.cjs");
const { memoryVariables } = require("./memory.cjs");

/** Directly: `process.stderr` takes longer to load than all that is here. */
function warn(text) {
  try {
    writeSync(2, `WARNING: ${text}\n`);
  } catch {} // nobody listens
}

/** All variables that the container sets, but for those that its user has set. */
function variablesFor(env, root) {
  const { memory, processors = Number.POSITIVE_INFINITY } = limits(root);
  const size = { memory, total: totalmem(), processors: Math.min(Math.ceil(processors), usable()) };
  const { variables, options } = memoryVariables(env, size);
  const all = [...options, ...debugOptions(env, warn), ...firstProcessOptions()];
  return {
    ...variables,
    ...(all.length > 0 && { NODE_OPTIONS: [env.NODE_OPTIONS, ...all].filter(Boolean).join(" ") }),
    ...certificates(env, root),
  };
}

/** Node.js before 18.14 counts processors that the process may not use, too. */
const usable = () => (availableParallelism === undefined ? cpus().length : availableParallelism());

/** The app takes the place of the launcher, which runs this. */
const firstProcessOptions = () => (process.ppid === 1 ? [`--require=${join(__dirname, "first-process.cjs")}`] : []);

function certificates(env, root) {
  if (env.NODE_EXTRA_CA_CERTS) return {};
  const file = certificateFile(env.SERVICE_BINDING_ROOT || `${root}/platform/bindings`, warn);
  return file === undefined ? {} : { NODE_EXTRA_CA_CERTS: file };
}

/** Strings of TOML are those of JSON, but for one control character. */
const toToml = (variables) =>
  Object.entries(variables)
    .map(([name, value]) => `${name} = ${JSON.stringify(value).replace(/\x7f/g, "\\u007f")}\n`)
    .join("");

// The launcher gives no arguments; tests name the root of a system. Whatever fails, the app must start.
try {
  writeSync(3, toToml(variablesFor(process.env, process.argv[2] || "")));
} catch (error) {
  warn(`limits of the container are unknown to the app: ${error instanceof Error ? error.message : error}`);
}
