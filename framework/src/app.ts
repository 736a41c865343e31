import type { Table } from "./spec/index.ts";

/**
 * The app directory. Paths are relative to it; a path that leads out of it, even through a symbolic
 * link, is an error (APP_PATH_OUTSIDE).
 */
export interface App {
  readonly dir: string;
  /** The absolute path. */
  path(...names: readonly string[]): string;
  exists(path: string): Promise<boolean>;
  /** The text of a file. @throws LibcnbError APP_FILE_INVALID */
  readText(path: string): Promise<string>;
  /**
   * The parsed JSON of a file, not validated. @throws LibcnbError APP_FILE_INVALID, with line and
   * column if known
   */
  readJson(path: string): Promise<unknown>;
  /** The parsed TOML of a file. @throws LibcnbError APP_FILE_INVALID, TOML_INVALID */
  readToml(path: string): Promise<Table>;
  /** Names in a directory, sorted; directories end in `/`. Empty if there is no such directory. */
  list(path?: string): Promise<readonly string[]>;
  /**
   * A digest of files and of directories with all their content, as `sha256:<hex>`, for the key of
   * a layer. It depends on names, contents, link targets and executable bits; a missing path counts
   * as absent. Default: the whole app.
   *
   * @throws LibcnbError APP_FILE_INVALID
   */
  digest(...paths: readonly string[]): Promise<string>;
}
