/** The layer number that selects all files visible in a container. */
export const everything = -1;

/**
 * The selected files: those of one layer, those visible in a container, or only the hidden files of
 * all layers.
 */
export const selection = { layer: everything, onlyHidden: false };
