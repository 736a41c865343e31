/**
 * The names of the files from which a container creates its truststore. The build writes the files,
 * and the launch helper reads them.
 */
export const preparedFiles = {
  /** The directory of the files in the launch helper's layer. */
  dir: "truststore",
  /** The entries of the CA certificates that Java trusts, as in a truststore in JKS format. */
  entries: "entries",
  /** The number of these entries. */
  count: "count",
  /** The identities of these certificates, one in a line. */
  known: "known",
} as const;
