/**
 * Returns the size of the machine's memory in bytes from the text of /proc/meminfo; undefined for
 * other text.
 */
export function machineMemory(meminfo: string): number | undefined {
  const [, kibibytes] = /^MemTotal:\s+(\d{1,12}) kB$/m.exec(meminfo) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/**
 * Returns the process's own memory limit in bytes (RLIMIT_DATA) from the text of /proc/self/limits;
 * undefined without a limit. A sandbox that cannot create a control group sets this limit.
 */
export function dataLimit(limits: string): number | undefined {
  const [, bytes] = /^Max data size\s+(\d{1,15})\s/m.exec(limits) ?? [];
  return bytes === undefined ? undefined : Number(bytes);
}
