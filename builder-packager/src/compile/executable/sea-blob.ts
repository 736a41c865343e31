/** The content that Node.js finds in its own executable. */
export interface SeaResource {
  /** The main script, with this name. */
  readonly main: { readonly name: string; readonly content: Uint8Array };
  /** The assets that `node:sea` returns by name. */
  readonly assets: Readonly<Record<string, Uint8Array>>;
}

/** Of the pinned Node.js (src/node_sea.cc). */
const magic = 0x0143da20;
/** Neither a warning at each start, nor `useSnapshot` (2), nor `useCodeCache` (4): it holds only what V8 compiles before anything runs (code-cache.ts). */
const flags = { disableWarning: 1, assets: 8 } as const;
/** NODE_OPTIONS of an application must neither load code into a buildpack nor stop it. */
const execArgvExtension = { none: 0 } as const;

/**
 * The blob that Node.js expects in its own executable, as `node --experimental-sea-config` of that
 * version writes it (compared by the test). It is the same on every machine, even if that Node.js
 * cannot run there.
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
