// Sources, manuals and examples are for people. Other archives of classes are for heaps of more than 32 GB, or for headers of objects as few use them:
// Java starts without them, too.
const unwanted = [
  /^(?:man|demo|sample|docs|src\.zip|lib\/src\.zip|javafx-src\.zip)(?:\/|$)/,
  /^(?:jre\/)?lib\/(?:[^/]+\/)?server\/classes_[^/]*\.jsa$/,
];

/** True if a file of a release belongs to the JDK for building apps. */
export const isJdk = (name: string): boolean => !unwanted.some((pattern) => pattern.test(name));

/**
 * True if a file of a release is needed to run apps. The files of a JRE for compiling and linking
 * are excluded.
 */
export const isRuntime = (name: string): boolean => isJdk(name) && !/^(?:jmods|include)(?:\/|$)/.test(name);
