"use strict";

/**
 * The option that lets a debugger in, if BPL_DEBUG_ENABLED is set. Whoever reaches the port can run any code in the container: from outside of it
 * nobody can, unless BPL_DEBUG_HOST says so. What is wrong is told by `warn`.
 */
function debugOptions(env, warn) {
  if (!/^(true|yes|on|1)$/i.test(env.BPL_DEBUG_ENABLED || "") || /--inspect/.test(env.NODE_OPTIONS || "")) return [];
  const flag = /^(true|yes|on|1)$/i.test(env.BPL_DEBUG_SUSPEND || "") ? "--inspect-brk" : "--inspect";
  const host = checked(env, "BPL_DEBUG_HOST", "127.0.0.1", (text) => /^([\w.-]+|\[[0-9a-f:.]+\])$/i.test(text), warn);
  const port = checked(env, "BPL_DEBUG_PORT", "9229", (text) => /^\d{1,5}$/.test(text) && Number(text) < 65536, warn);
  return [`${flag}=${host}:${port}`];
}

function checked(env, name, fallback, isValid, warn) {
  const value = env[name];
  if (!value || isValid(value)) return value || fallback;
  warn(`${name} is not valid: ${fallback} is used`);
  return fallback;
}

module.exports = { debugOptions };
