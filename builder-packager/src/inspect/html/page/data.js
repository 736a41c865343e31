/** The data of the page: its layers, its tree of files, and the paths of hidden files. */
const { layers, tree, hidden } = JSON.parse(document.getElementById("data").textContent);

export { hidden, layers, tree };

export const colour = (layer) => `var(--${layer.colour})`;
