import type { Explanation } from "@libcnb/app-kit/failures/explanation";

/** Explanations of failures in building packages from source, and of the machine. */
export const buildExplanations = {
  NATIVE_COMPILER_MISSING: {
    when: "a package must be compiled, and the build image has no C or C++ compiler",
    message: "SUBJECT must be compiled, and the build image has no C or C++ compiler",
    hint: "Use a version with a wheel for this Python (often the newest, or an older Python), or build with an image that has gcc and g++ (cnb base create makes them).",
  },
  NATIVE_RUST_MISSING: {
    when: "a package must be compiled, and the build image has no Rust",
    message: "SUBJECT must be compiled, and the build image has no Rust",
    hint: "Use a version with a wheel for this Python (often the newest, or an older Python), or build with an image that has cargo.",
  },
  NATIVE_LIBRARY_MISSING: {
    when: "a package must be compiled, and a library or its headers are missing",
    message: "SUBJECT must be compiled, and the build image lacks a library, or its headers, that it needs",
    hint: "Use a package with wheels (psycopg[binary] or psycopg2-binary for psycopg2, PyMySQL for mysqlclient), or an image with the development package, such as libpq-dev. The image of the run needs the library, too.",
  },
  NATIVE_PYTHON_HEADERS_MISSING: {
    when: "a package must be compiled, and the headers of Python are not there",
    message: "SUBJECT must be compiled, and the headers of Python are not there",
    hint: "Let libcnb/python-engine provide Python, which brings its headers, or use a version with a wheel for this Python.",
  },
  NATIVE_BUILD_FAILED: {
    when: "a package cannot be compiled for another reason",
    message: "SUBJECT could not be compiled",
    hint: "Use a version of it that has a wheel for this Python, or write a Python that it supports into .python-version.",
  },
  PACKAGES_BUILD_MODULE_MISSING: {
    when: "a package cannot be built, as its build needs a module that is not there",
    message: "SUBJECT cannot be built: its build needs MODULE, which is not there",
    hint: "Use a newer version of the package. Modules such as distutils and imp have left Python 3.12, pkg_resources has left setuptools: an older Python in .python-version helps old packages. Of a package of your own, name the module in requires of [build-system].",
  },
  PACKAGES_BUILD_FAILED: {
    when: "a package cannot be built from its sources for another reason",
    message: "SUBJECT could not be built from its sources",
    hint: "Use a version of it that has a wheel for this Python, or set an older Python that it supports in .python-version or BP_CPYTHON_VERSION, or correct what its build complains about.",
  },
  PYTHON_PROJECT_UNPACKAGED: {
    when: "the app is to be installed as a package, and it has none, or several",
    message: "the app is to be installed as a package, and MANAGER finds none in it, or several",
    hint: "If it is an app and no package, say so: UNPACKAGED. Otherwise name its packages in pyproject.toml.",
  },
  BUILD_OUT_OF_MEMORY: {
    when: "there is not enough memory for an installation",
    message: "the build ran out of memory",
    hint: "Give the build more memory; of packages that are compiled, use versions with wheels.",
  },
  BUILD_DISK_FULL: {
    when: "the disk is full",
    message: "the disk of the build is full",
    hint: "Give the build more space; of packages with variants for graphics cards, such as torch, take those for processors.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;
