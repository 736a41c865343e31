import process from "./process.ts";

/** `node:process`. */
export default process;

export const {
  abort,
  arch,
  argv,
  argv0,
  chdir,
  config,
  cwd,
  emitWarning,
  env,
  execArgv,
  execPath,
  exit,
  features,
  getegid,
  geteuid,
  getgid,
  getuid,
  hrtime,
  kill,
  memoryUsage,
  nextTick,
  pid,
  platform,
  release,
  resourceUsage,
  title,
  umask,
  uptime,
  version,
  versions,
} = process as Required<typeof process>;
