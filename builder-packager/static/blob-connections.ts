/** The engine has no option `onread`, so large blobs use the same connections as other requests. */
export const blobConnections = () => undefined;
