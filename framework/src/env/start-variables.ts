type Variables = Readonly<Record<string, string | undefined>>;

// Variables that load code into a process, redirect or weaken it, or make it write further files.
const startVariables: readonly RegExp[] = [
  /^LD_(?!LIBRARY_PATH$|RUN_PATH$)/, // the dynamic linker; these two are for the tools that layers bring
  /^(GLIBC_TUNABLES|GCONV_PATH)$/,
  /^(OPENSSL_(CONF|CONF_INCLUDE|ENGINES|MODULES)|SSLKEYLOGFILE)$/,
  /^NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|ICU_DATA|UNIQUE_ID|TEST_CONTEXT)$/,
  /^NODE_(COMPILE_CACHE|COMPILE_CACHE_PORTABLE|V8_COVERAGE|REDIRECT_WARNINGS|DEBUG|DEBUG_NATIVE)$/,
  /^NODE_(CHANNEL_.*|INSPECT_.*|REPL_.*|PRESERVE_SYMLINKS.*|SKIP_PLATFORM_CHECK|PENDING_.*)$/,
  /^BUN_(BE_BUN|OPTIONS|INSPECT.*)$/,
];

// How their names begin. Detect asks about each variable, and this is faster than the expressions.
const beginnings = ["LD_", "GLIBC_", "GCONV_", "OPENSSL_", "SSLKEYLOGFILE", "NODE_", "BUN_"];

/**
 * True if a variable changes how programs start, such as `LD_PRELOAD`. The buildpack and its tools
 * only inherit such a variable if the user or the builder's operator set it.
 */
export const isStartVariable = (name: string): boolean =>
  beginnings.some((beginning) => name.startsWith(beginning)) && startVariables.some((pattern) => pattern.test(name));

// Prefixes of the variables that the program `bin/detect` or `bin/build` hides by replacing the first
// letter with an underscore. The packager has the same list.
const hidden = ["LD_", "NODE_", "OPENSSL_", "SSLKEYLOGFILE", "GLIBC_TUNABLES", "GCONV_PATH", "MALLOC_", "ICU_", "UV_"];

/**
 * Returns the original name of a variable that `bin/detect` or `bin/build` has renamed to hide it
 * from the executable of the phase. Returns undefined for any other name.
 */
export function hiddenName(name: string): string | undefined {
  const start = hidden.find((each) => name.startsWith(`_${each.slice(1)}`));
  return start && start[0] + name.slice(1);
}

/**
 * Returns the environment in which hidden variables (see {@link hiddenName}) have their original
 * names again.
 */
export function shown(env: Variables): Variables {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [hiddenName(name) ?? name, value]));
}
