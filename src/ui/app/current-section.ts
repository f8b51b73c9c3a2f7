/**
 * The section that a visitor reads: the last one that begins above `line`, in pixels from the top of the window; before
 * all of them the first. `sections` are in the order of the page.
 */
export function currentSection(
  sections: readonly { readonly id: string; readonly top: number }[],
  line: number,
): string | undefined {
  return (sections.findLast(({ top }) => top <= line) ?? sections[0])?.id;
}
