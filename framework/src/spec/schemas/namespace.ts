/** The schemas of tables and the types that they decode to: the namespace `s` of `libcnb`. */

export type { Fields, OptionalKey } from "./schema.ts";
export {
  anyTable,
  boolean,
  integer,
  list,
  matching,
  number,
  oneOf,
  optional,
  string,
  type Table,
  type TableOf,
  table,
} from "./schema.ts";
export {
  type Decoded,
  type Decoding,
  decode,
  type Issue,
  type Schema,
  type SchemaIssue,
  type SchemaResult,
} from "./standard-schema.ts";
