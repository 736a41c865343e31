type Variables = Readonly<Record<string, string | undefined>>;

// What loads code into a process, redirects or weakens it, or makes it write files, before or beside what it is meant to do.
const startVariables: readonly RegExp[] = [
  /^LD_(?!LIBRARY_PATH$|RUN_PATH$)/, // the dynamic linker; these two are for the tools that layers bring
  /^(GLIBC_TUNABLES|GCONV_PATH)$/,
  /^(OPENSSL_(CONF|CONF_INCLUDE|ENGINES|MODULES)|SSLKEYLOGFILE)$/,
  /^NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|ICU_DATA|UNIQUE_ID|TEST_CONTEXT)$/,
  /^NODE_(COMPILE_CACHE|COMPILE_CACHE_PORTABLE|V8_COVERAGE|REDIRECT_WARNINGS|DEBUG|DEBUG_NATIVE)$/,
  /^NODE_(CHANNEL_.*|INSPECT_.*|REPL_.*|PRESERVE_SYMLINKS.*|SKIP_PLATFORM_CHECK|PENDING_.*)$/,
  /^BUN_(BE_BUN|OPTIONS|INSPECT.*)$/,
];

/** True if a variable changes how programs start. Tools get such a variable only on request. */
export const isStartVariable = (name: string): boolean => startVariables.some((pattern) => pattern.test(name));

// What the program that starts a phase (bin/detect, …) has hidden by an underscore in place of the first letter; the packager has the same list.
const hidden = ["LD_", "NODE_", "OPENSSL_", "SSLKEYLOGFILE", "GLIBC_TUNABLES", "GCONV_PATH", "MALLOC_", "ICU_", "UV_"];

/** The real name of a variable that was hidden from the executable of a phase; undefined if it was not. */
export function hiddenName(name: string): string | undefined {
  const start = hidden.find((each) => name.startsWith(`_${each.slice(1)}`));
  return start && start[0] + name.slice(1);
}

/** The environment with the real names of hidden variables. */
export function shown(env: Variables): Variables {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [hiddenName(name) ?? name, value]));
}
