/** The HTML of a page with what assistive technology needs and the generator leaves out. */
export const accessible = (html: string): string =>
  html
    // A cell above the names of the rows heads nothing.
    .replaceAll("<th></th>", "<td></td>")
    // The label must contain the text that the button shows, word for word.
    .replace(/aria-label="Search"( aria-keyshortcuts="Control\+K")/, 'aria-label="Search Ctrl K"$1')
    .replace(/(<\/span>)\s*(<kbd [^>]*>\s*<kbd[^>]*>Ctrl<\/kbd>)(?=<kbd)/, "$1 $2 ");
