import type { Reporter } from "../../reporter.ts";
import { humanSize } from "../../text/human-size.ts";

/** Reports the progress of an export. */
export interface ExportProgress {
  /** Adds to the number of bytes that were read for layers. */
  readonly onRead: (count: number) => void;
  /** Adds to the number of bytes that were sent to a registry. */
  readonly onSent: (count: number) => void;
  /** Clears the progress line, and logs the total number of sent bytes. */
  end(): void;
}

/** Milliseconds between two reports. More frequent reports would only cost time. */
const everyMs = 200;

/** Creates an {@link ExportProgress}, which reports the bytes and their rates to the user. */
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
