import type { Explanation } from "@libcnb/app-kit/failures/explanation";

/** Explanations of failures in compiling native modules, and of the machine. */
export const nativeExplanations = {
  NATIVE_PYTHON_MISSING: {
    when: "a native module must be compiled, and the build image has no Python",
    message: "SUBJECT must be compiled, and the build image has no Python",
    hint: "Build with an image that has Python 3, make and a C++ compiler (cnb base create makes them), or use a version with prebuilt binaries.",
  },
  NATIVE_COMPILER_MISSING: {
    when: "a native module must be compiled, and the build image has no make or C++ compiler",
    message: "SUBJECT must be compiled, and the build image has no make or no C++ compiler",
    hint: "Build with an image that has Python 3, make and g++ (cnb base create makes them), or use a version with prebuilt binaries.",
  },
  NATIVE_HEADERS_UNREACHABLE: {
    when: "a native module must be compiled, and the headers of Node.js cannot be downloaded",
    message: "SUBJECT must be compiled, and the headers of Node.js could not be downloaded",
    hint: "Let libcnb/node-engine provide Node.js, which brings its headers; or set NPM_PACKAGE_CONFIG_NODE_GYP_NODEDIR to a folder with include/node.",
  },
  NATIVE_BINARY_UNREACHABLE: {
    when: "the host of a prebuilt binary cannot be reached, and the native module cannot be compiled instead",
    message:
      "HOST, which has the prebuilt binary of SUBJECT, could not be reached, and it could not be compiled instead",
    hint: "Let the build reach HOST, by HTTPS_PROXY if need be, or name a mirror of it as the package's documentation says.",
  },
  NATIVE_BUILD_FAILED: {
    when: "a native module cannot be compiled for another reason",
    message: "SUBJECT could not be compiled",
    hint: "Use a version of it that supports this version of Node.js, or set BP_NODE_VERSION to one that it supports.",
  },
  BUILD_OUT_OF_MEMORY: {
    when: "there is not enough memory for an installation or a script",
    message: "the build ran out of memory",
    hint: "Give the build more memory; if Node.js itself set the limit, raise it: NODE_OPTIONS=--max-old-space-size=4096 (MiB) for the build.",
  },
  BUILD_DISK_FULL: {
    when: "the disk is full",
    message: "the disk of the build is full",
    hint: "Give the build more space, or remove what is not needed from the app with .dockerignore or project.toml.",
  },
} as const satisfies Readonly<Record<string, Explanation>>;
