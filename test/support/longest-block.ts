import { setTimeout as delay } from "node:timers/promises";

/** How long some work kept signals and timers waiting at most, in milliseconds. */
export interface Block {
  /** On the clock; on a machine that is busy with other work it grows. */
  readonly wallMs: number;
  /** The processor time of this thread, including that in the kernel. */
  readonly cpuMs: number;
}

const cpuNow = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Measures the longest block of the event loop. */
export async function longestBlock(work: () => Promise<unknown>): Promise<Block> {
  let [wallMs, cpuMs] = [0, 0];
  let [wall, cpu] = [performance.now(), cpuNow()];
  const look = () => {
    const [nextWall, nextCpu] = [performance.now(), cpuNow()];
    wallMs = Math.max(wallMs, nextWall - wall);
    cpuMs = Math.max(cpuMs, nextCpu - cpu);
    [wall, cpu] = [nextWall, nextCpu];
  };
  const timer = setInterval(look, 1);
  try {
    await work();
    await delay(5);
  } finally {
    clearInterval(timer);
  }
  look();
  return { wallMs, cpuMs };
}
