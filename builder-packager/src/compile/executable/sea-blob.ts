/** The content of the blob that a single executable application of Node.js contains. */
export interface SeaResource {
  /** The file name and the code of the main script. */
  readonly main: { readonly name: string; readonly content: Uint8Array };
  /** The assets that `node:sea` returns by name. */
  readonly assets: Readonly<Record<string, Uint8Array>>;
}

/** The magic number of the pinned Node.js (src/node_sea.cc). */
const magic = 0x0143da20;
/**
 * The flags of the blob. `disableWarning` prevents a warning at each start. `useSnapshot` (2) and
 * `useCodeCache` (4) are not set: Node's own code cache only contains what V8 compiles before
 * execution (see code-cache.ts).
 */
const flags = { disableWarning: 1, assets: 8 } as const;
/** Disables NODE_OPTIONS: an app's options must neither load code into a buildpack nor stop it. */
const execArgvExtension = { none: 0 } as const;

/**
 * Creates the blob that Node.js expects in a single executable application. The blob is equal to
 * the one that `node --experimental-sea-config` of that Node.js version writes; a test compares
 * them. The blob can be created on every machine, even if that Node.js cannot run there.
 */
export function seaBlob({ main, assets }: SeaResource): Buffer {
  const names = Object.keys(assets).sort();
  return Buffer.concat([
    uint32(magic),
    uint32(flags.disableWarning | flags.assets),
    Buffer.of(execArgvExtension.none),
    ...text(Buffer.from(main.name)),
    ...text(main.content),
    uint64(names.length),
    ...names.flatMap((name) => [...text(Buffer.from(name)), ...text(assets[name] ?? new Uint8Array())]),
  ]);
}

const text = (content: Uint8Array): Uint8Array[] => [uint64(content.length), content];

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
