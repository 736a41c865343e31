import type { Reporter } from "../../reporter.ts";
import { humanSize } from "../../text/human-size.ts";

/** Tells how far an export is. */
export interface ExportProgress {
  /** Bytes of files that were read to become layers. */
  readonly onRead: (count: number) => void;
  /** Bytes of layers that were given to a registry. */
  readonly onSent: (count: number) => void;
  /** Logs the total. */
  end(): void;
}

/** Milliseconds between two reports; more would only cost time. */
const everyMs = 200;

/** Counts bytes and logs them with their rates. */
export function exportProgress(reporter: Reporter, now: () => number = Date.now): ExportProgress {
  const begun = now();
  const bytes = { read: 0, sent: 0 };
  let reported = begun;
  const rated = (count: number) =>
    `${humanSize(count)} (${humanSize(count / Math.max(0.001, (now() - begun) / 1000))}/s)`;
  const announce = () => {
    if (now() - reported < everyMs) return;
    reported = now();
    reporter.progress?.(`${rated(bytes.read)} read${bytes.sent === 0 ? "" : `, ${rated(bytes.sent)} sent`}`);
  };
  const counter = (kind: keyof typeof bytes) => (count: number) => {
    bytes[kind] += count;
    announce();
  };
  return {
    onRead: counter("read"),
    onSent: counter("sent"),
    end() {
      reporter.progress?.(undefined);
      if (bytes.sent > 0) reporter.info(`Sent ${rated(bytes.sent)}`);
    },
  };
}
