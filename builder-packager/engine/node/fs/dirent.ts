import { type NameEncoding, nameIn } from "./paths.ts";

/** The numbers of the types of directory entries in Linux (`d_type`). */
export const DT = {
  unknown: 0,
  fifo: 1,
  character: 2,
  directory: 4,
  block: 6,
  regular: 8,
  link: 10,
  socket: 12,
} as const;

export class Dirent {
  readonly name: string | Buffer;
  readonly parentPath: string;
  readonly #type: number;

  constructor(name: string | Buffer, parentPath: string, type: number) {
    this.name = name;
    this.parentPath = parentPath;
    this.#type = type;
  }

  isDirectory(): boolean {
    return this.#type === DT.directory;
  }

  isFile(): boolean {
    return this.#type === DT.regular;
  }

  isSymbolicLink(): boolean {
    return this.#type === DT.link;
  }

  isFIFO(): boolean {
    return this.#type === DT.fifo;
  }

  isSocket(): boolean {
    return this.#type === DT.socket;
  }

  isBlockDevice(): boolean {
    return this.#type === DT.block;
  }

  isCharacterDevice(): boolean {
    return this.#type === DT.character;
  }
}

export const direntOf = (name: string, parentPath: string, type: number, encoding: NameEncoding): Dirent =>
  new Dirent(nameIn(name, encoding), parentPath, type);
