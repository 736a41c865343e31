import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Cluster, startCluster } from "./cluster.ts";
import { NotBuiltError } from "./programs.ts";

/**
 * Starts a cluster before the tests of a file, and stops it afterwards. If Go cannot fetch the
 * modules of Kubernetes, the tests are skipped with the reason.
 *
 * @param prepare prepares the cluster
 */
export function useCluster(prepare: (cluster: Cluster) => Promise<void> = async () => {}): () => Cluster {
  let cluster: Cluster | undefined;
  let notBuilt: string | undefined;
  beforeAll(async () => {
    try {
      cluster = await startCluster();
      await prepare(cluster);
    } catch (error) {
      if (!(error instanceof NotBuiltError)) throw error;
      notBuilt = error.message;
    }
  }, 3_600_000);
  beforeEach(({ skip }) => {
    if (notBuilt !== undefined) skip(notBuilt);
  });
  afterAll(() => cluster?.stop());
  return () => {
    if (cluster === undefined) throw new Error("the cluster did not start");
    return cluster;
  };
}
