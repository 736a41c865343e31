import type { Step } from "../syscalls/program.ts";

// of asm-generic/ioctls.h and fcntl.h
const [setLock, openPeer, becomeControlling, setWindowSize] = [0x40045431, 0x5441, 0x540e, 0x5414];
const [readAndWrite, noControllingTerminal] = [2, 0o400];

/** The size of a terminal in characters. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * A pseudoterminal that a sandboxed process uses: the file descriptor of its main side, and its
 * size.
 */
export interface GivenTerminal {
  readonly fd: number;
  readonly size: TerminalSize;
}

/**
 * Returns the steps that make a pseudoterminal the controlling terminal and the standard streams of
 * the process. The process gets a session of its own, so that a shell has job control. The steps
 * need neither a path of the terminal nor devpts in the sandbox (TIOCGPTPEER, Linux 4.13). They come
 * before the seccomp filter, and before the change of the user, who becomes the terminal's owner.
 */
export function takeTerminal({ fd, size }: GivenTerminal, uid: number, gid: number): readonly Step[] {
  const what = "take over the terminal";
  return [
    // fails only for the leader of a session, which has its own already
    { what: "create a session", call: "setsid", args: [], onError: "next" },
    { what: "unlock the terminal", call: "ioctl", args: [fd, setLock, Buffer.alloc(8)] },
    // the terminal becomes the lowest free file descriptor
    { what, call: "close", args: [0], onError: "next" },
    { what: "open the terminal", call: "ioctl", args: [fd, openPeer, readAndWrite | noControllingTerminal] },
    { what, call: "dup3", args: [0, 1, 0] },
    { what, call: "dup3", args: [0, 2, 0] },
    { what, call: "ioctl", args: [0, becomeControlling, 0] },
    setSize(0, size),
    { what, call: "fchown", args: [0, uid, gid], onError: "next" },
    { what, call: "close", args: [fd] },
  ];
}

/** Returns the step that sets the size of a terminal. */
export const setSize = (fd: number, { rows, columns }: TerminalSize): Step => ({
  what: "set the size of the terminal",
  call: "ioctl",
  args: [fd, setWindowSize, Buffer.from(new Uint16Array([rows, columns, 0, 0]).buffer)],
  onError: "next",
});
