import type { Table } from "./spec/schemas/schema.ts";

/**
 * The app directory. All paths are relative to this directory. A path that leads out of it, even
 * through a symbolic link, is an error (APP_PATH_OUTSIDE).
 */
export interface App {
  readonly dir: string;
  /** Joins names to the absolute path of a file or directory in the app. */
  path(...names: readonly string[]): string;
  exists(path: string): Promise<boolean>;
  /**
   * Reads the text of a file.
   *
   * @throws LibcnbError APP_FILE_INVALID
   */
  readText(path: string): Promise<string>;
  /**
   * Reads and parses a JSON file, without validating it.
   *
   * @throws LibcnbError APP_FILE_INVALID, with line and column if known
   */
  readJson(path: string): Promise<unknown>;
  /**
   * Reads and parses a TOML file.
   *
   * @throws LibcnbError APP_FILE_INVALID, TOML_INVALID
   */
  readToml(path: string): Promise<Table>;
  /**
   * Lists the names in a directory (default: the app directory), sorted. Names of directories end
   * with `/`. The list is empty if the directory does not exist.
   */
  list(path?: string): Promise<readonly string[]>;
  /**
   * Computes a digest of files, and of directories with all their content, as `sha256:<hex>`. It
   * can be part of a layer's metadata. The digest depends on names, contents, link targets and
   * executable bits. A missing path also affects it. Default: the whole app.
   *
   * @throws LibcnbError APP_FILE_INVALID
   */
  digest(...paths: readonly string[]): Promise<string>;
}
