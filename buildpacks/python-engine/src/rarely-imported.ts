/**
 * Modules of the standard library that programs in containers rarely or never import, by reason. A
 * module is given as a pattern of its path below the library without `.py`, valid for CPython 3.10
 * to 3.14. All other modules are precompiled, because unused bytecode costs less than compiling a
 * module at each start of a server.
 */
export const rareModules = {
  "for systems other than Linux": [
    "asyncio/(windows_\\w+|proactor_events)",
    "multiprocessing/popen_spawn_win32",
    "ctypes/(wintypes|_aix|macholib/.*)",
    "_(aix|android|apple|ios|osx)_support",
    "nturl2path",
    "msilib/.*",
  ],
  "the interpreter contains the same module in C": [
    "_py(decimal|io|datetime|_abc)",
    "importlib/_bootstrap(_external)?",
  ],
  "for debugging, profiling and testing": [
    "pdb",
    "bdb",
    "cmd",
    "code",
    "rlcompleter",
    "_pyrepl/(?!__init__$|pager$)\\w+",
    "curses/(textpad|has_key)",
    "c?[Pp]rofile",
    "pstats",
    "profiling/.*",
    "trace",
    "tracemalloc",
    "asyncio/tools",
    "doctest",
    "unittest/.*",
    "wsgiref/validate",
  ],
  "for development and packaging": [
    "(\\w+/)?__main__",
    "json/tool",
    "tabnanny",
    "pyclbr",
    "modulefinder",
    "symtable",
    "pickletools",
    "_ast_unparse",
    "filecmp",
    "py_compile",
    "compileall",
    "zipapp",
    "venv/.*",
    "lib2to3/.*",
    "distutils/command/.*",
    "turtle",
    "antigravity",
    "this",
    "__hello__",
    "__phello__/.*",
  ],
  "formats, protocols and tools that are rarely used": [
    "mailbox",
    "mailcap",
    "imaplib",
    "poplib",
    "ftplib",
    "nntplib",
    "telnetlib",
    "smtpd",
    "asynchat",
    "asyncore",
    "xmlrpc/.*",
    "urllib/robotparser",
    "xml/dom/(pulldom|expatbuilder)",
    "aifc",
    "sunau",
    "wave",
    "chunk",
    "cgitb",
    "pipes",
    "xdrlib",
    "crypt",
    "sched",
    "optparse",
    "dbm/dumb",
  ],
  "encodings that are rarely used": [
    "encodings/(cp(?!437$|125[0-2]$)\\d+|iso8859_(?!15?$)\\d+|koi8_\\w|mac_\\w+)",
    "encodings/(hp_roman8|kz1048|ptcp154|palmos|tis_620|mbcs|oem|uu_codec)",
  ],
} as const;

/** The reason why a module is rarely imported. */
export type WhyRare = keyof typeof rareModules;

/**
 * Returns the reason why a module, such as `asyncio/windows_events`, is not precompiled for images.
 * Returns `undefined` if the module is precompiled.
 */
export const whyRare = (module: string): WhyRare | undefined =>
  (Object.keys(rareModules) as WhyRare[]).find((why) => new RegExp(`^(?:${rareModules[why].join("|")})$`).test(module));

/** A pattern for Python's `re.fullmatch` that matches all rarely imported modules. */
export const rarelyImported: string = Object.values(rareModules).flat().join("|");
